import { and, asc, desc, eq, gt, gte, lt } from "drizzle-orm";
import type { Database } from "./database.ts";
import { eventChunkTable } from "./schema.ts";

/** A piece of the event log: the outbox rows `sequence` to `lastSequence` of one aggregator. */
export interface EventChunk {
  experiment: string;
  shard: number;
  sequence: number;
  lastSequence: number;
  /** Log entries, packed. */
  entries: string;
}

/** Appends a chunk. Writing the same chunk again changes nothing and costs nothing. */
export async function writeEventChunk(database: Database, chunk: EventChunk): Promise<void> {
  await database.insert(eventChunkTable).values(chunk).onConflictDoNothing();
}

/** Whether the log of an experiment has anything that nobody vouches for: of shards below zero. */
export async function hasUnvouchedChunks(database: Database, experiment: string): Promise<boolean> {
  const row = await database
    .select({ shard: eventChunkTable.shard })
    .from(eventChunkTable)
    .where(and(eq(eventChunkTable.experiment, experiment), lt(eventChunkTable.shard, 0)))
    .limit(1)
    .get();
  return row !== undefined;
}

/** Of the shards of a ledger that the log of an experiment has, the one that is furthest from 0; undefined without any. */
export async function readOutermostShard(
  database: Database,
  experiment: string,
  ledger: "deciding" | "unvouched",
): Promise<number | undefined> {
  const isDeciding = ledger === "deciding";
  const { shard } = eventChunkTable;
  const row = await database
    .select({ shard })
    .from(eventChunkTable)
    .where(and(eq(eventChunkTable.experiment, experiment), isDeciding ? gte(shard, 0) : lt(shard, 0)))
    .orderBy(isDeciding ? desc(shard) : asc(shard))
    .limit(1)
    .get();
  return row?.shard;
}

/** The chunks of one shard after or before a place in its log, the nearest first. */
export async function readEventChunks(
  database: Database,
  position: { experiment: string; shard: number; limit: number } & ({ after: number } | { before: number }),
): Promise<EventChunk[]> {
  const { experiment, shard, sequence } = eventChunkTable;
  const [isBeyond, nearestFirst] =
    "after" in position
      ? [gt(sequence, position.after), asc(sequence)]
      : [lt(sequence, position.before), desc(sequence)];
  return database
    .select()
    .from(eventChunkTable)
    .where(and(eq(experiment, position.experiment), eq(shard, position.shard), isBeyond))
    .orderBy(nearestFirst)
    .limit(position.limit);
}
