import { type StoredChunk, textOfChunk } from "#store/archive/chunk-file.ts";
import { discard } from "#store/archive/leftovers.ts";
import { ArchiveUnavailableError, archiveOf, holdsObject } from "#store/archive/objects.ts";
import { type ArchivePart, replaceObjects } from "#store/archive/parts.ts";
import { readPart } from "#store/archive/read-part.ts";
import type { Databases } from "#store/database.ts";
import type { EventChunk } from "#store/event-chunks.ts";
import { findExperiment } from "#store/experiments.ts";
import { CHUNKS_PER_READ } from "../chunks-after.ts";
import { PartBuilder } from "./part-builder.ts";

/** Others get their turn, whom a local server has on the same thread. */
const yieldTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/**
 * Writes a part of the archive anew, with other entries in its chunks, which keep their places. Until its new objects are whole it has
 * the old ones; those are deleted afterwards. Safe to be cut off anywhere, and to be repeated.
 * @param rewrite the new content of a chunk; undefined where it stays as it is
 * @param now epoch milliseconds
 * @throws ArchiveUnavailableError where others write it anew at the same time
 */
export async function removeFromPart(
  databases: Databases,
  part: ArchivePart,
  rewrite: (chunk: EventChunk) => string | undefined,
  now: number,
): Promise<void> {
  const bucket = archiveOf(databases);
  const { experiment: key, shard } = part;
  const stored = await readPart(databases, part);
  if (!stored) throw new ArchiveUnavailableError("a part of the archive is being written anew");
  const chunkOf = (one: StoredChunk): EventChunk => {
    const { sequence, lastSequence } = one;
    return { experiment: key, shard, sequence, lastSequence, entries: textOfChunk(one) };
  };
  const rewritten = new Map<number, string>();
  for (const [index, one] of stored.entries()) {
    const entries = rewrite(chunkOf(one));
    if (entries !== undefined) rewritten.set(one.sequence, entries);
    if (index % CHUNKS_PER_READ === 0) await yieldTurn();
  }
  // Most parts hold nothing of a unit.
  if (rewritten.size === 0) return;
  const found = await findExperiment(databases.database, key);
  if (!found.ok) throw new Error("the archive holds events of an experiment that there is not");
  const builder = new PartBuilder(found.value, shard);
  for (const one of stored) {
    const chunk = chunkOf(one);
    const after = { ...chunk, entries: rewritten.get(chunk.sequence) ?? chunk.entries };
    await builder.add(after, builder.parse(after));
  }
  const written = await builder.write(databases, bucket, now);
  for (const object of written.objects)
    if (!(await holdsObject(bucket, written.name, object)))
      throw new ArchiveUnavailableError("a part of the archive could not be written anew");
  const isReplaced = await replaceObjects(databases, part, written, now);
  await discard(databases, bucket, isReplaced ? part.name : written.name, now);
  if (!isReplaced) throw new ArchiveUnavailableError("a part of the archive is being written anew");
}
