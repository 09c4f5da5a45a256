import { and, asc, desc, eq, gt, gte, lt } from "drizzle-orm";
import type { Database, Databases } from "./database.ts";
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
export async function writeEventChunk(
  { eventLog }: Pick<Databases, "eventLog">,
  chunk: EventChunk,
): Promise<void> {
  await eventLog.insert(eventChunkTable).values(chunk).onConflictDoNothing();
}

/**
 * Puts other entries in the place of a chunk's own, in the log's own database.
 * @returns false where the chunk is no longer as it was read: then nothing is changed
 */
export async function replaceEventChunk(
  { eventLog }: Pick<Databases, "eventLog">,
  { experiment, shard, sequence, entries: before }: EventChunk,
  entries: string,
): Promise<boolean> {
  const replaced = await eventLog
    .update(eventChunkTable)
    .set({ entries })
    .where(
      and(
        eq(eventChunkTable.experiment, experiment),
        eq(eventChunkTable.shard, shard),
        eq(eventChunkTable.sequence, sequence),
        eq(eventChunkTable.entries, before),
      ),
    )
    .returning({ sequence: eventChunkTable.sequence });
  return replaced.length > 0;
}

/**
 * Earlier versions kept the log beside everything else. What is left of it there is read too, and first: a chunk that is moved is
 * written before it is deleted. Where nothing is left, nothing comes any more, and this isolate does not ask again.
 */
let isAllMoved = false;

async function placesOf({ database, eventLog }: Databases): Promise<readonly Database[]> {
  if (isAllMoved) return [eventLog];
  const left = await database.select({ shard: eventChunkTable.shard }).from(eventChunkTable).limit(1).get();
  isAllMoved = left === undefined;
  return isAllMoved ? [eventLog] : [database, eventLog];
}

/** Whether all of the log is in its own database. */
export async function isLogMoved(databases: Databases): Promise<boolean> {
  return (await placesOf(databases)).length === 1;
}

/** Whether the log of an experiment has anything that nobody vouches for: of shards below zero. */
export async function hasUnvouchedChunks(databases: Databases, experiment: string): Promise<boolean> {
  return (await readOutermostShard(databases, experiment, "unvouched")) !== undefined;
}

/** Of the shards of a ledger that the log of an experiment has, the one that is furthest from 0; undefined without any. */
export async function readOutermostShard(
  databases: Databases,
  experiment: string,
  ledger: "deciding" | "unvouched",
): Promise<number | undefined> {
  const isDeciding = ledger === "deciding";
  const { shard } = eventChunkTable;
  const found: number[] = [];
  for (const database of await placesOf(databases)) {
    const row = await database
      .select({ shard })
      .from(eventChunkTable)
      .where(and(eq(eventChunkTable.experiment, experiment), isDeciding ? gte(shard, 0) : lt(shard, 0)))
      .orderBy(isDeciding ? desc(shard) : asc(shard))
      .limit(1)
      .get();
    if (row) found.push(row.shard);
  }
  if (found.length === 0) return undefined;
  return isDeciding ? Math.max(...found) : Math.min(...found);
}

/** The chunks of one shard after or before a place in its log, the nearest first. */
export async function readEventChunks(
  databases: Databases,
  position: { experiment: string; shard: number; limit: number } & ({ after: number } | { before: number }),
): Promise<EventChunk[]> {
  const { experiment, shard, sequence } = eventChunkTable;
  const isForward = "after" in position;
  const isBeyond = isForward ? gt(sequence, position.after) : lt(sequence, position.before);
  const parts: EventChunk[][] = [];
  for (const database of await placesOf(databases)) {
    parts.push(
      await database
        .select()
        .from(eventChunkTable)
        .where(and(eq(experiment, position.experiment), eq(shard, position.shard), isBeyond))
        .orderBy(isForward ? asc(sequence) : desc(sequence))
        .limit(position.limit),
    );
  }
  // A chunk that is being moved may be in both.
  const chunks = new Map(parts.flat().map((chunk) => [chunk.sequence, chunk]));
  return [...chunks.values()]
    .sort((a, b) => (isForward ? a.sequence - b.sequence : b.sequence - a.sequence))
    .slice(0, position.limit);
}

/**
 * Moves chunks that earlier versions kept beside everything else into the log's own database. Cut off anywhere, the rest is
 * moved by the next call.
 * @param limit how many at most
 * @returns how many were moved
 */
export async function moveEarlierChunks({ database, eventLog }: Databases, limit: number): Promise<number> {
  const chunks = await database.select().from(eventChunkTable).limit(limit);
  for (const chunk of chunks) {
    const { experiment, shard, sequence } = chunk;
    await writeEventChunk({ eventLog }, chunk);
    await database
      .delete(eventChunkTable)
      .where(
        and(
          eq(eventChunkTable.experiment, experiment),
          eq(eventChunkTable.shard, shard),
          eq(eventChunkTable.sequence, sequence),
        ),
      );
  }
  return chunks.length;
}
