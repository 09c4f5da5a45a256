import { execFile } from "node:child_process";
import { copyFile, cp, mkdir, symlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { temporaryFolder } from "./temporary-folder.ts";

const run = promisify(execFile);

const REPOSITORY = resolve(import.meta.dirname, "../../..");

/** What is built already; copied last it is newer than its sources, so that nothing builds it again. */
const BUILT = ["dashboard/dist", "sdk/dist", ".build/bakeoff-sdk.tgz", ".build/client-package.ts"];

/**
 * A copy of the repository's files, as they are now, that a test may change; what is installed is shared, so that `npm ci`
 * is the one command that must not run in it.
 */
export async function cloneRepository(): Promise<string> {
  const folder = await temporaryFolder("clone");
  const listed = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: REPOSITORY,
    maxBuffer: 10_000_000,
  });
  const files = listed.stdout.split("\n").filter((file) => file && !file.startsWith("docs/screenshots/"));
  for (const place of new Set(files.map((file) => dirname(file))))
    await mkdir(join(folder, place), { recursive: true });
  for (const file of files) await copyFile(join(REPOSITORY, file), join(folder, file)).catch(() => undefined);
  for (const built of BUILT) await cp(join(REPOSITORY, built), join(folder, built), { recursive: true });
  await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  return folder;
}
