import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atFileEnd } from "./ends.ts";

/** A new empty folder, deleted when the test file ends. */
export async function temporaryFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `bakeoff-${name}-`));
  atFileEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
