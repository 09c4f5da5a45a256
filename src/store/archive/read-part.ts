import type { Databases } from "../database.ts";
import { readChunkFile, type StoredChunk } from "./chunk-file.ts";
import { archiveOf, DamagedArchiveError, readObject } from "./objects.ts";
import type { ArchivePart } from "./parts.ts";

/** Whoever reads a log asks for a few chunks at a time: the last part that was read is kept. Its name changes with its content. */
let lastRead: { name: string; chunks: StoredChunk[] } | undefined;

/**
 * The chunks of a part, in order.
 * @returns undefined where its objects are gone: they have been written anew, under another name
 * @throws ArchiveUnavailableError where the archive cannot be read, or is damaged
 */
export async function readPart(
  databases: Pick<Databases, "archive">,
  { name, chunks: count, objects }: ArchivePart,
): Promise<StoredChunk[] | undefined> {
  if (lastRead?.name === name) return lastRead.chunks;
  const object = objects.find(({ table }) => table === "log");
  if (!object) throw new DamagedArchiveError("a part of the archive has no log");
  const file = await readObject(archiveOf(databases), name, object);
  if (!file) return undefined;
  const chunks = await readChunkFile(file);
  if (chunks.length !== count) throw new DamagedArchiveError("a part of the archive is not whole");
  lastRead = { name, chunks };
  return chunks;
}
