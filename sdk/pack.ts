import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";

const run = promisify(execFile);
const output = resolve(import.meta.dirname, "../.build");

/** The byte of gzip's header that names the operating system, and its value for "unknown". */
const OPERATING_SYSTEM = { offset: 9, unknown: 255 };

/** What the package holds; npm leaves out what its manifest does not name. */
const CONTENT = ["dist", "package.json", "README.md", "LICENSE", "THIRD-PARTY-NOTICES"];

/** Copies the content of the package, readable by everybody, whatever the files here are. */
async function copyContent(folder: string): Promise<void> {
  for (const name of CONTENT) {
    await cp(join(import.meta.dirname, name), join(folder, name), { recursive: true });
  }
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}

/**
 * Packs the same files into the same bytes on every machine: compressors differ from version to version, so nothing is
 * compressed. npm itself writes every file with the same date and owner.
 */
function withStableBytes(archive: Buffer): Buffer {
  const stable = gzipSync(gunzipSync(archive), { level: 0 });
  stable.writeUInt8(OPERATING_SYSTEM.unknown, OPERATING_SYSTEM.offset);
  return stable;
}

/** Writes a file in one step, so that nobody who reads it meanwhile sees half of it. */
async function writeAtOnce(name: string, content: string | Buffer, scratch: string): Promise<void> {
  await writeFile(join(scratch, name), content);
  await rename(join(scratch, name), join(output, name));
}

await mkdir(output, { recursive: true });
const scratch = await mkdtemp(join(output, "pack-"));
try {
  const folder = join(scratch, "package");
  await copyContent(folder);
  // On Windows npm is a script, which only a shell can start.
  const shell = process.platform === "win32";
  await run("npm", ["pack", folder, "--pack-destination", scratch], { cwd: scratch, shell });
  const packed = (await readdir(scratch)).find((name) => name.endsWith(".tgz")) ?? "";
  const archive = withStableBytes(await readFile(join(scratch, packed)));
  const manifest = await readFile(join(import.meta.dirname, "package.json"), "utf8");
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest));
  const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
  const content = { version, integrity, archive: archive.toString("base64") };
  const module = `/** Written by sdk/pack.ts. */\nexport const clientPackage = ${JSON.stringify(content)};\n`;
  await writeAtOnce("bakeoff-sdk.tgz", archive, scratch);
  await writeAtOnce("client-package.ts", module, scratch);
  console.log(`bakeoff-sdk ${version} is packed in ${output}: ${integrity}`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}
