import { textOfChunk } from "#store/archive/chunk-file.ts";
import { discard } from "#store/archive/leftovers.ts";
import { ArchiveUnavailableError, archiveOf, holdsObject } from "#store/archive/objects.ts";
import { type ArchivePart, replaceObjects } from "#store/archive/parts.ts";
import { readPart } from "#store/archive/read-part.ts";
import type { Databases } from "#store/database.ts";
import type { EventChunk } from "#store/event-chunks.ts";
import { findExperiment } from "#store/experiments.ts";
import { PartBuilder } from "./part-builder.ts";

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
  const found = await findExperiment(databases.database, key);
  if (!found.ok) throw new Error("the archive holds events of an experiment that there is not");
  const builder = new PartBuilder(found.value, shard);
  let isChanged = false;
  for (const { sequence, lastSequence, ...content } of stored) {
    const chunk = { experiment: key, shard, sequence, lastSequence, entries: textOfChunk(content) };
    const entries = rewrite(chunk);
    if (entries !== undefined) isChanged = true;
    const after = { ...chunk, entries: entries ?? chunk.entries };
    await builder.add(after, builder.parse(after));
  }
  if (!isChanged) return;
  const written = await builder.write(databases, bucket, now);
  for (const object of written.objects)
    if (!(await holdsObject(bucket, written.name, object)))
      throw new ArchiveUnavailableError("a part of the archive could not be written anew");
  const isReplaced = await replaceObjects(databases, part, written, now);
  await discard(databases, bucket, isReplaced ? part.name : written.name, now);
  if (!isReplaced) throw new ArchiveUnavailableError("a part of the archive is being written anew");
}
