import type { LogCheckpoint, ReplayableExperiment } from "#event-log/read.ts";
import { type AggregatorNamespace, aggregatorsOf, mergePhaseTotals, phaseTotalsSchema } from "./client.ts";

/** Flushes all aggregators of an experiment; what is read up to the cut fits the totals exactly. */
export async function checkpointLog(
  namespace: AggregatorNamespace,
  experiment: ReplayableExperiment,
): Promise<LogCheckpoint> {
  const { spec, phases } = experiment;
  const checkpoints = await Promise.all(
    aggregatorsOf(namespace, experiment).map((aggregator) => aggregator.checkpoint(spec.shards)),
  );
  const parts = checkpoints.map((checkpoint) => phaseTotalsSchema.parse(checkpoint.phases));
  return {
    phases: mergePhaseTotals(spec, phases.length, parts),
    until: checkpoints.map(({ sequence }) => sequence),
  };
}
