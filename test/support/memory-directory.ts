import { accessSync, constants, statfsSync } from "node:fs";

/** Where Linux keeps files in memory. */
const DIRECTORY = "/dev/shm";

/** Several times what the integration tests store at once. Containers have 64 MiB unless they are given more. */
const NEEDED_BYTES = 1_000_000_000;

/** A directory whose files are in memory. @returns undefined where there is none, or too little room in it */
export function findMemoryDirectory(): string | undefined {
  try {
    accessSync(DIRECTORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(DIRECTORY);
    return bavail * bsize >= NEEDED_BYTES ? DIRECTORY : undefined;
  } catch {
    return undefined;
  }
}
