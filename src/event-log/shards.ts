import type { LedgerName } from "#ledger/source.ts";
import type { Databases } from "#store/database.ts";
import { readOutermostShard } from "#store/event-chunks.ts";

/*
 * An experiment's log is divided among its shards, numbered from 0 up. What nobody vouches for has as many of its own, numbered
 * from −1 down. Earlier versions gave every phase of weights shards of its own, behind those of the phase before: an experiment
 * that went on since has both.
 */

/** A shard's place in its ledger, from 0 up. @param shard its number, below zero for one of what nobody vouches for */
function placeOf(shard: number): number {
  return shard >= 0 ? shard : -1 - shard;
}

function numberOf(ledger: LedgerName, place: number): number {
  return ledger === "deciding" ? place : -1 - place;
}

/** A part of the log that is in order. */
export interface LogShard {
  shard: number;
  /** Of all its entries, where they do not tell. */
  phase: number;
}

/**
 * The shards that earlier versions gave the units of one shard in later phases.
 * @param shards among how many aggregators the experiment's units are divided
 */
export async function readEarlierShards(
  databases: Databases,
  { key, shard }: { key: string; shard: number },
  shards: number,
): Promise<LogShard[]> {
  const ledger = shard >= 0 ? "deciding" : "unvouched";
  const outermost = await readOutermostShard(databases, key, ledger);
  const last = outermost === undefined ? 0 : placeOf(outermost);
  const earlier: LogShard[] = [];
  for (let place = placeOf(shard) + shards, phase = 1; place <= last; place += shards, phase += 1)
    earlier.push({ shard: numberOf(ledger, place), phase });
  return earlier;
}
