import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { inRepository } from "../local-server/repository.ts";

const run = promisify(execFile);

const manifestSchema = z.object({ version: z.string() });

/** The package's own names `/tmp`, where another version may have left its fonts. @param folder where it will lie */
const fontConfiguration = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir>${join(folder, "font-cache")}</cachedir>
</fontconfig>
`;

/** Where the browser and what it needs lie once they are unpacked. */
export interface UnpackedBrowser {
  executable: string;
  libraries: string;
  fonts: string;
}

async function folderOfVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const { version } = manifestSchema.parse(
    JSON.parse(await readFile(join(dirname(entry), "../package.json"), "utf8")),
  );
  return inRepository(".build", `chromium-${version}`);
}

/** Unpacks into a folder of its own and renames that: whoever finds the folder finds all of it. */
async function unpackInto(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const scratch = await mkdtemp(`${folder}-`);
  try {
    await run(process.execPath, [join(import.meta.dirname, "inflate.ts")], {
      env: { ...process.env, TMPDIR: scratch },
    });
    await writeFile(join(scratch, "fonts/fonts.conf"), fontConfiguration(folder));
    await rename(scratch, folder).catch((cause: unknown) => {
      // Somebody else was first.
      if (!existsSync(folder)) throw cause;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The browser that comes as a package, unpacked once per version of it into a folder of the project. */
export async function unpackBrowser(): Promise<UnpackedBrowser> {
  const folder = await folderOfVersion();
  if (!existsSync(folder)) await unpackInto(folder);
  return {
    executable: join(folder, "chromium"),
    libraries: join(folder, "al2023/lib"),
    fonts: join(folder, "fonts"),
  };
}
