import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { z } from "zod";
import { inRepository } from "./repository.ts";

const run = promisify(execFile);

/** Where the code lies that the local server runs: what `wrangler deploy` and Pages would upload. */
export interface Bundles {
  worker: string;
  pagesFunctions: string;
  dashboard: string;
}

/** The Worker under Cloudflare's limits, which a local runtime does not have; and as it is deployed, to measure it. */
const LIMITED_WORKER = { output: inRepository(".build/limited-worker.js"), entry: "src/limited.ts" };
const DEPLOYED_WORKER = { output: inRepository(".build/worker.js"), entry: "src/index.ts" };

const BUNDLES: Bundles = {
  worker: LIMITED_WORKER.output,
  pagesFunctions: inRepository(".build/pages-functions.js"),
  dashboard: inRepository("dashboard/dist"),
};

const CLIENT_PACKAGE = [".build/bakeoff-sdk.tgz", ".build/client-package.ts", "sdk/dist/index.js"].map(
  (path) => inRepository(path),
);

const SHARED_SOURCES = ["src", "package-lock.json"];
const CLIENT_SOURCES = [
  ...SHARED_SOURCES,
  "sdk/src",
  "sdk/build.ts",
  "sdk/pack.ts",
  "sdk/package.json",
  "sdk/README.md",
  "sdk/THIRD-PARTY-NOTICES",
  "sdk/vite.config.ts",
];
const WORKER_SOURCES = [...CLIENT_SOURCES, "wrangler.toml"];
const FUNCTION_SOURCES = ["dashboard/functions", "dashboard/wrangler.toml"];
const DASHBOARD_SOURCES = [
  ...SHARED_SOURCES,
  "dashboard/src",
  "dashboard/public",
  "dashboard/index.html",
  "dashboard/vite.config.ts",
];

/** Wrangler must neither phone home nor look for updates: a local start works offline. */
const OFFLINE = { WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" };

/** What is built is what users get, also where a shell or a test is set to something else. */
const FOR_USERS = { NODE_ENV: "production" };

/** When a file, or anything in a folder, was last changed; 0 when it does not exist. */
async function lastChange(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const entries = await readdir(path);
  const changes = await Promise.all(entries.map((entry) => lastChange(join(path, entry))));
  return Math.max(found.mtimeMs, ...changes);
}

/** Whether a file is newer than everything that it is made of. */
async function isFresh(output: string, sources: readonly string[]): Promise<boolean> {
  const changes = await Promise.all(sources.map((source) => lastChange(inRepository(source))));
  const built = await stat(output).catch(() => undefined);
  return built !== undefined && built.mtimeMs > Math.max(...changes);
}

const failedToolSchema = z.object({ stdout: z.string(), stderr: z.string() });

/** @throws with everything the tool said when it fails */
async function runNode(parameters: readonly string[], folder = "."): Promise<void> {
  try {
    // Under the node that runs this, whichever one the machine would find first.
    await run(process.execPath, [...parameters], {
      cwd: inRepository(folder),
      env: { ...process.env, ...OFFLINE, ...FOR_USERS },
    });
  } catch (cause) {
    const said = failedToolSchema.safeParse(cause);
    const output = said.success
      ? stripVTControlCharacters(said.data.stdout + said.data.stderr)
      : String(cause);
    throw new Error(`${parameters.join(" ")} failed:\n${output}`, { cause });
  }
}

/** The programs themselves: their shortcuts in `.bin` are no JavaScript on Windows. */
const PROGRAMS = { vite: "vite/bin/vite.js", wrangler: "wrangler/bin/wrangler.js" } as const;

const runTool = (tool: keyof typeof PROGRAMS, folder: string, parameters: readonly string[]): Promise<void> =>
  runNode([inRepository("node_modules", PROGRAMS[tool]), ...parameters], folder);

/** Lets wrangler bundle into a folder of its own, so that servers that start together never see half a bundle. */
async function bundle(
  output: string,
  folder: string,
  command: readonly string[],
  result = "index.js",
): Promise<void> {
  await mkdir(inRepository(".build"), { recursive: true });
  const scratch = await mkdtemp(`${output}-`);
  try {
    await runTool("wrangler", folder, [...command, "--outdir", scratch]);
    await rename(join(scratch, result), output);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Builds the dashboard where it is missing or older than its sources. */
export async function buildDashboard(): Promise<void> {
  if (await isFresh(join(BUNDLES.dashboard, "index.html"), DASHBOARD_SOURCES)) return;
  await runTool("vite", ".", ["build", "dashboard"]);
}

/**
 * Packs the client where that is missing or older than its sources.
 * @returns the package
 */
export async function buildClientPackage(): Promise<string> {
  const [archive = ""] = CLIENT_PACKAGE;
  const areFresh = await Promise.all(CLIENT_PACKAGE.map((file) => isFresh(file, CLIENT_SOURCES)));
  if (!areFresh.every(Boolean)) for (const step of ["sdk/build.ts", "sdk/pack.ts"]) await runNode([step]);
  return archive;
}

/** Builds what is missing or older than its sources. @param isLimited false for the Worker as it is deployed */
export async function buildBundles(isLimited = true): Promise<Bundles> {
  const { pagesFunctions } = BUNDLES;
  const { output: worker, entry } = isLimited ? LIMITED_WORKER : DEPLOYED_WORKER;
  const [workerIsFresh, functionsAreFresh] = await Promise.all([
    isFresh(worker, WORKER_SOURCES),
    isFresh(pagesFunctions, FUNCTION_SOURCES),
  ]);
  await Promise.all([
    workerIsFresh || bundle(worker, ".", ["deploy", entry, "--dry-run"], `${basename(entry, ".ts")}.js`),
    functionsAreFresh || bundle(pagesFunctions, "dashboard", ["pages", "functions", "build"]),
    buildDashboard(),
  ]);
  return { ...BUNDLES, worker };
}
