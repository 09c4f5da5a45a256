import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { freePorts } from "#tools/local-server/free-ports.ts";
import { inRepository } from "#tools/local-server/repository.ts";
import type { Target } from "./load.ts";
import { youngestRuntime } from "./runtime.ts";

const run = promisify(execFile);

/** Bundles a Worker as a deployment would. @param entry below the repository @returns where the bundle lies */
export async function bundleWorker(entry: string, config: string): Promise<string> {
  const output = inRepository(".build/bench");
  await mkdir(output, { recursive: true });
  const wrangler = inRepository("node_modules/wrangler/bin/wrangler.js");
  const parameters = ["deploy", inRepository(entry), "--config", inRepository(config), "--dry-run"];
  await run(process.execPath, [wrangler, ...parameters, "--outdir", output], {
    cwd: inRepository("."),
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" },
  });
  const name = entry.slice(entry.lastIndexOf("/") + 1).replace(/\.ts$/, ".js");
  return join(output, name);
}

export const bundleReference = (name: string): Promise<string> =>
  bundleWorker(`bench/workers/${name}.ts`, "bench/workers/wrangler.toml");

export interface ReferenceWorker {
  target: Target;
  stop: () => Promise<void>;
}

/** Starts a Worker to compare with, on the same runtime and set up in the same way. */
export async function startReference(
  name: "echo" | "growthbook" | "raw-table",
  bundle?: string,
): Promise<ReferenceWorker> {
  const path = bundle ?? (await bundleReference(name));
  const data = await mkdtemp(join(tmpdir(), "bakeoff-reference-"));
  const { port } = await freePorts();
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      resourcePersistencePath: data,
      workers: [
        {
          name,
          modules: [{ type: "ESModule", path }],
          modulesRoot: inRepository(".build/bench"),
          compatibilityDate: "2026-10-01",
          compatibilityFlags: ["nodejs_compat"],
          ...(name === "raw-table" && {
            durableObjects: { TABLE: { className: "Table", useSQLite: true } },
          }),
          unsafeDirectSockets: [{ host: "127.0.0.1", port }],
        },
      ],
    }),
  );
  await miniflare.ready;
  return {
    target: { port, pid: youngestRuntime() },
    stop: async () => {
      await miniflare.dispose();
      await rm(data, { recursive: true, force: true });
    },
  };
}
