import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { openDatabases } from "#store/database.ts";
import { readOutermostShard } from "#store/event-chunks.ts";
import { aggregatorName, ledgerOf, shardIn } from "./shard-number.ts";

/** What is counted without leaving a trace in the event log. */
export type HandedOver = Pick<ExperimentTotals, "duplicates" | "rejected" | "lateCovariates">;

export function handedOverBy({ duplicates, rejected, lateCovariates }: ExperimentTotals): HandedOver {
  return { duplicates, rejected, lateCovariates };
}

/**
 * By phase, what is counted here and by others.
 * @param own by phase, from the first one on
 * @param handedOver by phase, from the second one on
 */
export function withHandedOver(own: readonly HandedOver[], handedOver: readonly HandedOver[]): HandedOver[] {
  return Array.from({ length: Math.max(own.length, handedOver.length + 1) }, (_, phase) => {
    const parts = [own[phase], handedOver[phase - 1]].filter((part) => part !== undefined);
    const sum = (name: keyof HandedOver) => parts.reduce((total, part) => total + part[name], 0);
    return {
      duplicates: sum("duplicates"),
      rejected: sum("rejected"),
      lateCovariates: sum("lateCovariates"),
    };
  });
}

/** How many phases of an experiment have shards of their own in the event log, as earlier versions gave them. */
export function separatePhases(outermostShard: number | undefined, shards: number): number {
  if (outermostShard === undefined) return 1;
  const place = outermostShard >= 0 ? outermostShard : -1 - outermostShard;
  return Math.floor(place / shards) + 1;
}

/**
 * Earlier versions had an aggregator for every shard in every phase. Has the others of a shard hand over what they have, and
 * then counts the shard anew; where there are none, nothing happens.
 * @param shards among how many aggregators the experiment's units are divided
 */
export async function mergePhases(
  environment: Pick<Env, "DB" | "LOG" | "AGGREGATOR">,
  { key, shard }: AggregatedExperiment,
  shards: number,
  countAnew: (handedOver: readonly HandedOver[]) => Promise<void>,
): Promise<void> {
  const ledger = ledgerOf(shard);
  const offset = ledger === "deciding" ? shard : -1 - shard;
  // An aggregator of a later phase has nothing to take over.
  if (offset >= shards) return;
  const phases = separatePhases(await readOutermostShard(openDatabases(environment), key, ledger), shards);
  const handedOver: HandedOver[] = [];
  for (let phase = 1; phase < phases; phase++) {
    const name = aggregatorName(key, shardIn(ledger, phase * shards + offset));
    const [counts] = await environment.AGGREGATOR.getByName(name).handOver();
    handedOver.push(counts ?? { duplicates: 0, rejected: 0, lateCovariates: 0 });
  }
  if (phases > 1) await countAnew(handedOver);
}
