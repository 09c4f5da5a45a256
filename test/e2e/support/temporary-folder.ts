import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findMemoryDirectory } from "#test/support/memory-directory.ts";
import { atFileEnd } from "./ends.ts";

async function newFolder(directory: string, name: string): Promise<string> {
  const folder = await mkdtemp(join(directory, `bakeoff-${name}-`));
  atFileEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A new empty folder, deleted when the test file ends. */
export const temporaryFolder = (name: string): Promise<string> => newFolder(tmpdir(), name);

/**
 * The same for what a server stores, in memory where there is room: in the local D1 each query waits until it is on the disk.
 * What is there outlives the server, as files do.
 */
export const dataFolder = (name: string): Promise<string> =>
  newFolder(findMemoryDirectory() ?? tmpdir(), name);
