import type { LedgerName } from "#ledger/source.ts";

/*
 * Shards are numbered from 0 up; the ledger of what nobody vouches for has as many of its own, numbered from −1 down. So
 * both have their places in the event log, and nothing that writes to one can touch the other.
 */

/** The number of a shard in a ledger. @param shard from 0 up */
export function shardIn(ledger: LedgerName, shard: number): number {
  return ledger === "deciding" ? shard : -1 - shard;
}

/** The name of a shard's aggregator. @param shard its number, below zero for one of what nobody vouches for */
export function aggregatorName(experiment: string, shard: number): string {
  return `${experiment}/${shard}`;
}

/** The ledger that a shard's number belongs to. */
export function ledgerOf(shard: number): LedgerName {
  return shard >= 0 ? "deciding" : "unvouched";
}
