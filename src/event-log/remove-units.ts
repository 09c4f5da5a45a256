import type { LogEntry } from "#ledger/log-entry.ts";
import { findPartAfter, giveUpWritten } from "#store/archive/parts.ts";
import type { Databases } from "#store/database.ts";
import { type EventChunk, readEventChunks, replaceEventChunk } from "#store/event-chunks.ts";
import { packJson, unpackJson } from "#store/pack.ts";
import { removeFromPart } from "./archive/remove-from-part.ts";
import { decodeEntries, encodeBatch } from "./codec.ts";

const CHUNKS_PER_READ = 10;

/** Another one rewrites the same chunk at most so often in between. */
const ATTEMPTS = 5;

/** A part of the log that is searched, and up to where each unit's entries may be in it, by its keyed hash. */
export interface UnitSearch {
  experiment: string;
  shard: number;
  after: number;
  until: ReadonlyMap<string, number>;
}

/** @returns the chunk's new content; undefined where it stays as it is */
function rewrite({ sequence, lastSequence, entries }: EventChunk, { until }: UnitSearch): string | undefined {
  const before = decodeEntries(unpackJson(entries));
  const erasedAt = new Map<string, number>();
  for (const [index, { kind, unit }] of before.entries()) if (kind === "erasure") erasedAt.set(unit, index);
  const isGone = ({ kind, unit }: LogEntry, index: number): boolean => {
    const last = until.get(unit);
    if (kind === "erasure" || last === undefined || last < sequence) return false;
    // Where the unit's erasure is in this chunk, what follows it is of a new unit.
    return last > lastSequence || index < (erasedAt.get(unit) ?? 0);
  };
  const after = before.filter((entry, index) => !isGone(entry, index));
  return after.length === before.length ? undefined : packJson(encodeBatch(after));
}

async function rewriteChunk(databases: Databases, chunk: EventChunk, search: UnitSearch): Promise<void> {
  let current: EventChunk | undefined = chunk;
  for (let attempt = 0; attempt < ATTEMPTS && current; attempt++) {
    const entries = rewrite(current, search);
    if (entries === undefined) return;
    const { experiment, shard, sequence } = chunk;
    // What is on its way into the archive would bring back what is removed here.
    await giveUpWritten(databases, { experiment, shard }, Date.now());
    if (await replaceEventChunk(databases, current, entries)) return;
    [current] = await readEventChunks(databases, { experiment, shard, after: sequence - 1, limit: 1 });
  }
  throw new Error("a chunk of the event log is being changed by others");
}

/**
 * Removes from a part of the log what units did before they were erased, and keeps that they were. Chunks keep their places,
 * also those that nothing is left of: one that arrives late must find its place taken. Repeating it is harmless.
 * @param limit how many chunks to read
 * @returns the last sequence number up to which the units are removed
 */
export async function removeUnits(databases: Databases, search: UnitSearch, limit: number): Promise<number> {
  const { experiment, shard, until } = search;
  const last = Math.max(...until.values());
  let after = search.after;
  let read = 0;
  while (read < limit && after < last) {
    const part = await findPartAfter(databases, { experiment, shard, after });
    if (!part || part.sequence > last) break;
    await removeFromPart(databases, part, (chunk) => rewrite(chunk, search), Date.now());
    after = part.lastChunk;
    read += part.chunks;
  }
  while (read < limit) {
    const wanted = Math.min(CHUNKS_PER_READ, limit - read);
    const chunks = await readEventChunks(databases, { experiment, shard, after, limit: wanted });
    for (const chunk of chunks) {
      if (chunk.sequence > last) return last;
      await rewriteChunk(databases, chunk, search);
      after = chunk.sequence;
    }
    if (chunks.length < wanted) return last;
    read += chunks.length;
  }
  return after;
}
