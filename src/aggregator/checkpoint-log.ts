import { emptyTotals, mergeTotals } from "#analyzer/estimates/moments.ts";
import type { LogCheckpoint, ReplayableExperiment } from "#event-log/read.ts";
import { experimentTotalsSchema } from "#model/analysis/moments.ts";
import { type AggregatorNamespace, aggregatorsOf } from "./client.ts";

/** Flushes all aggregators of an experiment; what is read up to the cut fits the totals exactly. */
export async function checkpointLog(
  namespace: AggregatorNamespace,
  experiment: ReplayableExperiment,
): Promise<LogCheckpoint> {
  const { spec } = experiment;
  const checkpoints = await Promise.all(
    aggregatorsOf(namespace, experiment).map((aggregator) => aggregator.checkpoint()),
  );
  const totals = checkpoints.map((checkpoint) => experimentTotalsSchema.parse(checkpoint.totals));
  return {
    phases: experiment.phases.map((_, phase) =>
      totals
        .slice(phase * spec.shards, (phase + 1) * spec.shards)
        .reduce(mergeTotals, emptyTotals(spec.variants.map(({ key }) => key))),
    ),
    until: checkpoints.map(({ sequence }) => sequence),
  };
}
