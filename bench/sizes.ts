import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildBundles } from "#tools/local-server/build.ts";
import { inRepository } from "#tools/local-server/repository.ts";
import { bundleReference } from "./http/reference-worker.ts";
import type { Report } from "./report/report.ts";

/** The bytes that are sent of JavaScript and styles. */
async function compressedBytes(...files: string[]): Promise<number> {
  const contents = await Promise.all(files.map((file) => readFile(file)));
  return contents.reduce((sum, content) => sum + gzipSync(content).length, 0);
}

const CLIENT = ["index.js", "assigner.js"];

/** What is uploaded, downloaded and parsed: kilobytes, compressed. */
export async function benchSizes(report: Report): Promise<void> {
  const { worker, dashboard } = await buildBundles(false);
  const assets = join(dashboard, "assets");
  const scripts = (await readdir(assets)).filter((name) => /\.(js|css)$/.test(name));
  const growthbook = await compressedBytes(await bundleReference("growthbook"));
  const kilobytes = (bytes: number) => bytes / 1_000;
  const add = (name: string, bytes: number, references = {}) =>
    report.add({ bench: "sizes", name, value: kilobytes(bytes), unit: "kB compressed", references });
  add("the Worker", await compressedBytes(worker));
  add("the client for apps", await compressedBytes(...CLIENT.map((name) => inRepository("sdk/dist", name))), {
    "GrowthBook's SDK in a Worker": kilobytes(growthbook),
  });
  add("all of the dashboard", await compressedBytes(...scripts.map((name) => join(assets, name))));
}
