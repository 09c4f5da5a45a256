import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { sourcesOf } from "#event-log/log-source.ts";
import { readLog } from "#event-log/read.ts";
import { Replay } from "#ledger/replay.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { Databases } from "#store/database.ts";

/** Rebuilds the totals of one shard from its log, by phase: all of its units in memory, and all at once. */
export async function rebuildTotals(
  databases: Databases,
  { spec, metricDefinitions, exclusions }: Pick<Experiment, "spec" | "metricDefinitions" | "exclusions">,
  { shard, until, maturedUntil }: { shard: number; until: number; maturedUntil: number | null },
): Promise<readonly ExperimentTotals[]> {
  const nothing = { ...emptyTotals(spec.variants.map(({ key }) => key)), maturedUntil };
  const replay = new Replay([nothing], metricDefinitions, exclusions);
  for (const source of await sourcesOf(databases, spec, { shard, until }))
    for await (const { entries } of readLog(databases, source))
      for (const entry of entries) replay.apply(entry);
  return replay.phases;
}
