import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, realpath, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { temporaryFolder } from "./temporary-folder.ts";

const run = promisify(execFile);

export const REPOSITORY = resolve(import.meta.dirname, "../../..");
export const SDK = join(REPOSITORY, "sdk");

/** A tool of the project, under the node that runs the tests. */
export function runTool(tool: string, parameters: readonly string[], folder = REPOSITORY) {
  const path = join(REPOSITORY, "node_modules/.bin", tool);
  return run(process.execPath, [path, ...parameters], { cwd: folder });
}

/** Builds the client as `npm run build:sdk` does. */
export async function buildSdk(): Promise<void> {
  await run(process.execPath, ["sdk/build.ts"], { cwd: REPOSITORY });
}

/** Another node than the dev dependency, as the apps that use the client have; none leaves only our own. */
export async function findOtherNode(): Promise<{ path: string; version: string; isOwn: boolean }> {
  const own = await realpath(process.execPath);
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/local/bin", "/usr/bin"];
  for (const folder of folders) {
    const path = join(folder, "node");
    if (folder.includes("node_modules") || !existsSync(path) || (await realpath(path)) === own) continue;
    const version = (await run(path, ["--version"])).stdout.trim();
    const major = Number(/^v(\d+)/.exec(version)?.[1]);
    if (major >= 20 && version !== process.version) return { path, version, isOwn: false };
  }
  return { path: process.execPath, version: process.version, isOwn: true };
}

/** An empty project with the packed client installed, and nothing else. @returns its folder */
export async function createProject(): Promise<string> {
  const folder = await temporaryFolder("app");
  await run("npm", ["pack", SDK, "--pack-destination", folder], { cwd: folder });
  const [archive = ""] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", join(folder, archive)], {
    cwd: folder,
  });
  return folder;
}
