import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Marks a folder that a demo has made. */
const MARK = ".bakeoff-demo";

/**
 * Makes the folder in which the demo keeps its data; what an earlier demo has left there is deleted.
 * @throws when the folder holds something that no demo has made
 */
export async function makeDemoFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  if (names.length > 0 && !names.includes(MARK)) {
    throw new Error(
      `The demo would start in ${folder} with nothing there, but that folder holds other files. Choose another with BAKEOFF_DATA, or move it away.`,
    );
  }
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true });
  await writeFile(
    join(folder, MARK),
    "A demo of Bakeoff made this folder. The next one deletes what is in it.\n",
  );
}
