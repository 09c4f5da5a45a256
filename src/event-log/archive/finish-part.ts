import { log } from "#shared/log.ts";
import { isSameChunk } from "#store/archive/chunk-file.ts";
import { DamagedArchiveError, holdsObject } from "#store/archive/objects.ts";
import { type ArchivePart, deleteArchivedChunks, giveUpWritten, markChecked } from "#store/archive/parts.ts";
import { readPart } from "#store/archive/read-part.ts";
import type { Databases } from "#store/database.ts";
import { chunksAfter } from "../chunks-after.ts";

/** Whether what was read back from the archive is what the log's database has in its place, chunk by chunk. */
async function isSameAsLog(databases: Databases, part: ArchivePart): Promise<boolean> {
  const stored = await readPart(databases, part);
  if (!stored) return false;
  let compared = 0;
  for await (const chunk of chunksAfter(databases, part, part.sequence - 1)) {
    if (chunk.sequence > part.lastSequence) break;
    const other = stored[compared];
    if (!other || !isSameChunk(other, chunk)) return false;
    compared += 1;
  }
  return compared === stored.length;
}

async function isWhole(databases: Databases, bucket: R2Bucket, part: ArchivePart): Promise<boolean> {
  for (const object of part.objects) if (!(await holdsObject(bucket, part.name, object))) return false;
  try {
    return await isSameAsLog(databases, part);
  } catch (cause) {
    if (cause instanceof DamagedArchiveError) return false;
    throw cause;
  }
}

/**
 * Does what is left to do of a part: reads it back, compares it with the log, and deletes from the log's database what it holds.
 * While a part is `written` nobody changes its chunks there without giving it up, so that what was compared stays the same. One that
 * differs is given up, and its chunks are archived again. Safe to be cut off anywhere, to be repeated, and to overlap.
 * @param now epoch milliseconds
 * @returns whether all of it is done
 */
export async function finishPart(
  databases: Databases,
  bucket: R2Bucket,
  part: ArchivePart,
  now: number,
): Promise<boolean> {
  if (part.state === "written") {
    if (!(await isWhole(databases, bucket, part))) {
      const { experiment } = part;
      log("warn", "a part of the archive differs from the log, and is written anew", { experiment });
      await giveUpWritten(databases, part, now);
      return false;
    }
    if (!(await markChecked(databases, part))) return false;
  }
  await deleteArchivedChunks(databases, part);
  return true;
}
