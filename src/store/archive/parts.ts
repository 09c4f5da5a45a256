import { and, asc, desc, eq, gte, lte, ne, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { type Databases, parseStored } from "../database.ts";
import { archiveLeftoverTable, archivePartTable, eventChunkTable } from "../schema.ts";
import { type ArchiveObject, archiveObjectSchema } from "./archive-object.ts";

/** The log of one aggregator. */
export interface LogPlace {
  experiment: string;
  shard: number;
}

type PartRow = typeof archivePartTable.$inferSelect;

/**
 * A part of the log in the archive. The parts of one shard are the beginning of its log: nothing that is not archived comes before
 * any of them, and only the last one may be `written`, which the archive is not yet read for.
 */
export interface ArchivePart extends Omit<PartRow, "objects"> {
  objects: ArchiveObject[];
}

export function toPart(row: PartRow): ArchivePart {
  return { ...row, objects: parseStored(z.array(archiveObjectSchema), row.objects) };
}

type EventLog = Pick<Databases, "eventLog">;

function isAt({ experiment, shard }: LogPlace): SQL | undefined {
  return and(eq(archivePartTable.experiment, experiment), eq(archivePartTable.shard, shard));
}

const isRead = ne(archivePartTable.state, "written");

/** The last row of a shard's log that is read from the archive; in a statement on any of its tables. */
export function archivedUntil({ experiment, shard }: LogPlace): SQL {
  return sql`coalesce((SELECT MAX(last_sequence) FROM archive_part
    WHERE experiment = ${experiment} AND shard = ${shard} AND state <> 'written'), 0)`;
}

/** Whether the place of a chunk is taken by a part. */
export function isInPart({ experiment, shard, sequence }: LogPlace & { sequence: number }): SQL {
  return sql`EXISTS (SELECT 1 FROM archive_part WHERE experiment = ${experiment} AND shard = ${shard}
    AND sequence <= ${sequence} AND last_sequence >= ${sequence})`;
}

/** Selects parts that are read, of one shard, after or before a place in its log, the nearest first. */
export function selectParts(
  { eventLog }: EventLog,
  place: LogPlace & { limit: number } & ({ after: number } | { before: number }),
) {
  const { sequence, lastChunk } = archivePartTable;
  const isBeyond = "after" in place ? sql`${lastChunk} > ${place.after}` : sql`${sequence} < ${place.before}`;
  return eventLog
    .select()
    .from(archivePartTable)
    .where(and(isAt(place), isRead, isBeyond))
    .orderBy("after" in place ? asc(sequence) : desc(sequence))
    .limit(place.limit);
}

/** The first part that is read and has chunks after a place in the log of a shard. */
export async function findPartAfter(
  databases: EventLog,
  place: LogPlace & { after: number },
): Promise<ArchivePart | undefined> {
  const [row] = await selectParts(databases, { ...place, limit: 1 });
  return row && toPart(row);
}

/** The last row that is in any part, and whether a part is on its way: then no other one may follow yet. */
export async function readArchived(
  { eventLog }: EventLog,
  place: LogPlace,
): Promise<{ until: number; isUnderWay: boolean }> {
  const row = await eventLog
    .select()
    .from(archivePartTable)
    .where(isAt(place))
    .orderBy(desc(archivePartTable.sequence))
    .limit(1)
    .get();
  return { until: row?.lastSequence ?? 0, isUnderWay: row?.state === "written" };
}

/** Parts that something is left to do of, the oldest first. */
export async function listUnfinished({ eventLog }: EventLog, limit: number): Promise<ArchivePart[]> {
  const rows = await eventLog
    .select()
    .from(archivePartTable)
    .where(sql`${archivePartTable.state} <> 'moved'`)
    .orderBy(asc(archivePartTable.writtenAt))
    .limit(limit);
  return rows.map(toPart);
}

/** Objects that a part has taken are no leftovers. */
function takeLeftover({ eventLog }: EventLog, name: string) {
  const isTaken = sql`EXISTS (SELECT 1 FROM archive_part WHERE name = ${name})`;
  return eventLog.delete(archiveLeftoverTable).where(and(eq(archiveLeftoverTable.name, name), isTaken));
}

function isLeftover(name: string): SQL {
  return sql`EXISTS (SELECT 1 FROM archive_leftover WHERE name = ${name} AND is_doomed = 0)`;
}

/**
 * Notes a part whose objects are written, as following the others of its shard.
 * @returns false where others have archived the same meanwhile, or its objects took too long
 */
export async function insertPart(databases: EventLog, part: Omit<ArchivePart, "state">): Promise<boolean> {
  const { experiment, shard, sequence, lastChunk, lastSequence, name, chunks, entries, writtenAt } = part;
  const objects = JSON.stringify(part.objects);
  const hasRoom = sql`NOT EXISTS (SELECT 1 FROM archive_part WHERE experiment = ${experiment}
    AND shard = ${shard} AND (state = 'written' OR last_sequence >= ${sequence}))`;
  const [inserted] = await databases.eventLog.batch([
    databases.eventLog
      .insert(archivePartTable)
      .select(sql`
        SELECT ${experiment}, ${shard}, ${sequence}, ${lastChunk}, ${lastSequence}, ${name}, 'written',
          ${chunks}, ${entries}, ${objects}, ${writtenAt}
        WHERE ${hasRoom} AND ${isLeftover(name)}`)
      .onConflictDoNothing()
      .returning({ name: archivePartTable.name }),
    takeLeftover(databases, name),
  ]);
  return inserted.length > 0;
}

/** From now on a part is read from the archive. @returns false where it has been given up */
export async function markChecked({ eventLog }: EventLog, { name }: ArchivePart): Promise<boolean> {
  const changed = await eventLog
    .update(archivePartTable)
    .set({ state: "checked" })
    .where(and(eq(archivePartTable.name, name), eq(archivePartTable.state, "written")))
    .returning({ name: archivePartTable.name });
  return changed.length > 0;
}

/** Deletes the chunks of a part that is checked from the log's database. Repeating it is harmless. */
export async function deleteArchivedChunks(
  { eventLog }: EventLog,
  { experiment, shard, sequence, lastSequence }: ArchivePart,
): Promise<void> {
  const isSame = and(isAt({ experiment, shard }), eq(archivePartTable.sequence, sequence), isRead);
  await eventLog.batch([
    eventLog
      .delete(eventChunkTable)
      .where(
        and(
          eq(eventChunkTable.experiment, experiment),
          eq(eventChunkTable.shard, shard),
          gte(eventChunkTable.sequence, sequence),
          lte(eventChunkTable.sequence, lastSequence),
          sql`EXISTS (SELECT 1 FROM archive_part WHERE ${isSame})`,
        ),
      ),
    eventLog.update(archivePartTable).set({ state: "moved" }).where(isSame),
  ]);
}

/**
 * Gives up the part of a shard that is on its way, if any: its chunks are to change. What was written of it is to be deleted.
 * @param now epoch milliseconds
 */
export async function giveUpWritten({ eventLog }: EventLog, place: LogPlace, now: number): Promise<void> {
  const isWritten = and(isAt(place), eq(archivePartTable.state, "written"));
  await eventLog.batch([
    eventLog
      .insert(archiveLeftoverTable)
      .select(sql`SELECT name, ${now}, 1 FROM archive_part WHERE ${isWritten}`)
      .onConflictDoNothing(),
    eventLog.delete(archivePartTable).where(isWritten),
  ]);
}

/**
 * Has a part that is read take other objects, in one transaction; those that it had are to be deleted.
 * @returns false where it has others by now
 */
export async function replaceObjects(
  databases: EventLog,
  { name: before }: ArchivePart,
  { name, objects, entries }: Pick<ArchivePart, "name" | "objects" | "entries">,
  now: number,
): Promise<boolean> {
  const { eventLog } = databases;
  const [replaced] = await eventLog.batch([
    eventLog
      .update(archivePartTable)
      .set({ name, objects: JSON.stringify(objects), entries })
      .where(and(eq(archivePartTable.name, before), isRead, isLeftover(name)))
      .returning({ name: archivePartTable.name }),
    eventLog
      .insert(archiveLeftoverTable)
      .select(sql`SELECT ${before}, ${now}, 1 WHERE EXISTS (SELECT 1 FROM archive_part WHERE name = ${name})`)
      .onConflictDoNothing(),
    takeLeftover(databases, name),
  ]);
  return replaced.length > 0;
}
