import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "vite";
import { PARTS } from "./vite.config.ts";

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, "..");
const emitted = resolve(repository, ".build/sdk-types");
const output = resolve(import.meta.dirname, "dist");

/**
 * Publishes the declarations that an entry leads to, and no others: those of the client's inner life speak of the
 * repository.
 */
async function publishTypes(entry: string, published: Set<string>): Promise<void> {
  if (published.has(entry)) return;
  published.add(entry);
  const text = await readFile(join(emitted, "sdk/src", `${entry}.d.ts`), "utf8");
  const imported = [...text.matchAll(/"(\.{1,2}\/[\w./-]+)\.ts"/g)].flatMap(([, name]) => name ?? []);
  const target = join(output, `${entry}.d.ts`);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text.replaceAll(/("\.{1,2}\/[\w./-]+)\.ts"/g, '$1.js"'));
  for (const name of imported) await publishTypes(join(dirname(entry), name), published);
}

await rm(emitted, { recursive: true, force: true });
const configFile = resolve(import.meta.dirname, "vite.config.ts");
await build({ configFile });
for (const mode of PARTS) await build({ configFile, mode });
await run(process.execPath, [
  resolve(repository, "node_modules/typescript/bin/tsc"),
  "-p",
  import.meta.dirname,
]);
await mkdir(output, { recursive: true });
const published = new Set<string>();
for (const entry of ["index", "ai"]) await publishTypes(entry, published);
await copyFile(resolve(repository, "LICENSE"), resolve(import.meta.dirname, "LICENSE"));
console.log(`bakeoff-sdk is built in ${output}`);
