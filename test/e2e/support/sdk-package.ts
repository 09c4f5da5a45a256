import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { realpath, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { buildClientPackage } from "#tools/local-server/build.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const run = promisify(execFile);

export const REPOSITORY = resolve(import.meta.dirname, "../../..");
export const SDK = join(REPOSITORY, "sdk");

/** A tool of the project, under the node that runs the tests. */
export function runTool(tool: string, parameters: readonly string[], folder = REPOSITORY) {
  const path = join(REPOSITORY, "node_modules/.bin", tool);
  return run(process.execPath, [path, ...parameters], { cwd: folder });
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
  const archive = await buildClientPackage();
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", archive], {
    cwd: folder,
  });
  return folder;
}
