import { execFile } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const FOLDER = resolve(import.meta.dirname, "../../nodes");

/** A version of Node that apps run on. */
export interface NodeVersion {
  major: number;
  path: string;
  /** The environment of a terminal in which this is `node`. */
  environment: NodeJS.ProcessEnv;
}

function versionAt(major: number, path: string): NodeVersion {
  const environment = { ...process.env, PATH: `${dirname(path)}:${process.env.PATH}` };
  return { major, path, environment };
}

async function isInstalled(path: string): Promise<boolean> {
  return run(path, ["--version"]).then(
    () => true,
    () => false,
  );
}

/**
 * Node 20, 22 and 24. The first two are installed when they are first asked for: they weigh 100 MB each, and nothing else
 * needs them.
 * @returns on other machines than Linux on x64, for which no such packages are pinned, the one that runs this alone
 */
export async function nodeVersions(): Promise<NodeVersion[]> {
  const own = versionAt(24, process.execPath);
  if (process.platform !== "linux" || process.arch !== "x64") return [own];
  const others = [20, 22].map((major) =>
    versionAt(major, join(FOLDER, `node_modules/node-${major}/bin/node`)),
  );
  const present = await Promise.all(others.map(({ path }) => isInstalled(path)));
  if (!present.every(Boolean)) await run("npm", ["ci", "--prefer-offline"], { cwd: FOLDER });
  return [...others, own];
}
