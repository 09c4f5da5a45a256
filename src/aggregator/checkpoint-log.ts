import type { LedgerName } from "#ledger/source.ts";
import { type AggregatorNamespace, aggregatorsOf, phaseTotalsSchema, type Sharded } from "./client.ts";
import type { Checkpoint } from "./messages.ts";
import { shardIn } from "./shard-number.ts";

/** A checkpoint of one of an experiment's shards. */
export interface ShardCheckpoint extends Checkpoint {
  shard: number;
}

/** Flushes all aggregators of a ledger; what is read of a shard up to its sequence fits its totals exactly. */
export function checkpointLog(
  namespace: AggregatorNamespace,
  experiment: Sharded,
  ledger: LedgerName = "deciding",
): Promise<ShardCheckpoint[]> {
  return Promise.all(
    aggregatorsOf(namespace, experiment, ledger).map(async (aggregator, index) => {
      const { phases, sequence, unlogged } = await aggregator.checkpoint(experiment.spec.shards);
      return { shard: shardIn(ledger, index), phases: phaseTotalsSchema.parse(phases), sequence, unlogged };
    }),
  );
}
