import { and, asc, desc, eq, gt, gte, lt, not, type SQL, sql } from "drizzle-orm";
import { textOfChunk } from "./archive/chunk-file.ts";
import { ArchiveUnavailableError } from "./archive/objects.ts";
import {
  type ArchivePart,
  archivedUntil,
  isInPart,
  type LogPlace,
  selectParts,
  toPart,
} from "./archive/parts.ts";
import { readPart } from "./archive/read-part.ts";
import type { Database, Databases } from "./database.ts";
import { archivePartTable, eventChunkTable } from "./schema.ts";

/** While a log is read, its archive may be written anew so often. */
const ATTEMPTS = 5;

/** A piece of the event log: the outbox rows `sequence` to `lastSequence` of one aggregator. */
export interface EventChunk {
  experiment: string;
  shard: number;
  sequence: number;
  lastSequence: number;
  /** Log entries, packed. */
  entries: string;
}

/** Appends a chunk. Writing the same chunk again changes nothing and costs nothing, also where it has been archived since. */
export async function writeEventChunk(
  { eventLog }: Pick<Databases, "eventLog">,
  chunk: EventChunk,
): Promise<void> {
  const { experiment, shard, sequence, lastSequence, entries } = chunk;
  await eventLog
    .insert(eventChunkTable)
    .select(sql`
      SELECT ${experiment}, ${shard}, ${sequence}, ${lastSequence}, ${entries} WHERE NOT ${isInPart(chunk)}`)
    .onConflictDoNothing();
}

/**
 * Puts other entries in the place of a chunk's own, in the log's own database.
 * @returns false where the chunk is no longer as it was read, or on its way into the archive: then nothing is changed
 */
export async function replaceEventChunk(
  { eventLog }: Pick<Databases, "eventLog">,
  chunk: EventChunk,
  entries: string,
): Promise<boolean> {
  const { experiment, shard, sequence, entries: before } = chunk;
  const replaced = await eventLog
    .update(eventChunkTable)
    .set({ entries })
    .where(
      and(
        eq(eventChunkTable.experiment, experiment),
        eq(eventChunkTable.shard, shard),
        eq(eventChunkTable.sequence, sequence),
        eq(eventChunkTable.entries, before),
        not(isInPart(chunk)),
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

async function earlierPlaces({ database }: Databases): Promise<readonly Database[]> {
  if (isAllMoved) return [];
  const left = await database.select({ shard: eventChunkTable.shard }).from(eventChunkTable).limit(1).get();
  isAllMoved = left === undefined;
  return isAllMoved ? [] : [database];
}

/** Whether all of the log is in its own database, or archived. */
export async function isLogMoved(databases: Databases): Promise<boolean> {
  return (await earlierPlaces(databases)).length === 0;
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
  const outermostIn = (database: Database, table: typeof eventChunkTable | typeof archivePartTable) =>
    database
      .select({ shard: table.shard })
      .from(table)
      .where(and(eq(table.experiment, experiment), isDeciding ? gte(table.shard, 0) : lt(table.shard, 0)))
      .orderBy(isDeciding ? desc(table.shard) : asc(table.shard))
      .limit(1);
  const { eventLog } = databases;
  const found: { shard: number }[][] = [];
  for (const earlier of await earlierPlaces(databases))
    found.push(await outermostIn(earlier, eventChunkTable));
  // In one transaction: what is archived in between would be in neither.
  found.push(
    ...(await eventLog.batch([
      outermostIn(eventLog, eventChunkTable),
      outermostIn(eventLog, archivePartTable),
    ])),
  );
  const shards = found.flat().map(({ shard }) => shard);
  if (shards.length === 0) return undefined;
  return isDeciding ? Math.max(...shards) : Math.min(...shards);
}

/** A number of chunks of one shard, after or before a place in its log. */
type ChunkPosition = LogPlace & { limit: number } & ({ after: number } | { before: number });

/** @param after the database alone is asked for what follows this row */
function selectChunks(database: Database, position: ChunkPosition, after: SQL | number = 0) {
  const { experiment, shard, sequence } = eventChunkTable;
  const isForward = "after" in position;
  const isBeyond = isForward ? gt(sequence, position.after) : lt(sequence, position.before);
  return database
    .select()
    .from(eventChunkTable)
    .where(and(eq(experiment, position.experiment), eq(shard, position.shard), isBeyond, gt(sequence, after)))
    .orderBy(isForward ? asc(sequence) : desc(sequence))
    .limit(position.limit);
}

/** Chunks of a position from parts of the archive, as many as it asks for. @returns undefined where a part was written anew */
async function readArchivedChunks(
  databases: Databases,
  parts: readonly ArchivePart[],
  position: ChunkPosition,
): Promise<EventChunk[] | undefined> {
  const { experiment, shard, limit } = position;
  const chunks: EventChunk[] = [];
  for (const part of parts) {
    if (chunks.length >= limit) break;
    const stored = await readPart(databases, part);
    if (!stored) return undefined;
    const beyond =
      "after" in position
        ? stored.filter(({ sequence }) => sequence > position.after)
        : stored.filter(({ sequence }) => sequence < position.before).toReversed();
    for (const chunk of beyond.slice(0, limit - chunks.length)) {
      const { sequence, lastSequence } = chunk;
      chunks.push({ experiment, shard, sequence, lastSequence, entries: textOfChunk(chunk) });
    }
  }
  return chunks;
}

/** The chunks of one shard after or before a place in its log, the nearest first, from wherever they are. */
export async function readEventChunks(databases: Databases, position: ChunkPosition): Promise<EventChunk[]> {
  const { eventLog } = databases;
  const isForward = "after" in position;
  const places: EventChunk[][] = [];
  for (const earlier of await earlierPlaces(databases)) places.push(await selectChunks(earlier, position));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // In one transaction: what is archived in between would be in neither.
    const [chunks, rows] = await eventLog.batch([
      selectChunks(eventLog, position, archivedUntil(position)),
      selectParts(databases, position),
    ]);
    // The archive is the beginning of the log: whoever reads backwards may have enough before it.
    const parts = !isForward && chunks.length === position.limit ? [] : rows.map(toPart);
    const archived = await readArchivedChunks(databases, parts, position);
    if (!archived) continue;
    // A chunk that is moved from where earlier versions had it may be in both.
    const found = new Map([...places.flat(), ...chunks, ...archived].map((chunk) => [chunk.sequence, chunk]));
    return [...found.values()]
      .sort((a, b) => (isForward ? a.sequence - b.sequence : b.sequence - a.sequence))
      .slice(0, position.limit);
  }
  throw new ArchiveUnavailableError("a part of the archive lacks its objects");
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
