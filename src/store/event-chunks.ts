import { and, asc, desc, eq, gt, lt } from "drizzle-orm";
import type { Database } from "./database.ts";
import { eventChunkTable } from "./schema.ts";

/** A piece of the event log: the outbox rows `sequence` to `lastSequence` of one aggregator. */
export interface EventChunk {
  experiment: string;
  shard: number;
  sequence: number;
  lastSequence: number;
  /** A JSON array of log entries. */
  entries: string;
}

/** Appends a chunk. Writing the same chunk again changes nothing and costs nothing. */
export async function writeEventChunk(database: Database, chunk: EventChunk): Promise<void> {
  await database.insert(eventChunkTable).values(chunk).onConflictDoNothing();
}

/** The next chunks of one shard, in the order in which they were recorded. */
export async function readEventChunks(
  database: Database,
  position: { experiment: string; shard: number; after: number; limit: number },
): Promise<EventChunk[]> {
  return database
    .select()
    .from(eventChunkTable)
    .where(
      and(
        eq(eventChunkTable.experiment, position.experiment),
        eq(eventChunkTable.shard, position.shard),
        gt(eventChunkTable.sequence, position.after),
      ),
    )
    .orderBy(asc(eventChunkTable.sequence))
    .limit(position.limit);
}

/** The chunks of one shard before a place in its log, newest first. */
export async function readEventChunksBackwards(
  database: Database,
  position: { experiment: string; shard: number; before: number; limit: number },
): Promise<EventChunk[]> {
  return database
    .select()
    .from(eventChunkTable)
    .where(
      and(
        eq(eventChunkTable.experiment, position.experiment),
        eq(eventChunkTable.shard, position.shard),
        lt(eventChunkTable.sequence, position.before),
      ),
    )
    .orderBy(desc(eventChunkTable.sequence))
    .limit(position.limit);
}
