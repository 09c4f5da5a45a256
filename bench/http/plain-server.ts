import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import type { Bundles } from "#tools/local-server/build.ts";
import { freePorts } from "#tools/local-server/free-ports.ts";
import { LogFile } from "#tools/local-server/log-file.ts";
import { migrate } from "#tools/local-server/migrations.ts";
import type { ServerSettings } from "#tools/local-server/settings.ts";
import { describeWorkers, WORKER } from "#tools/local-server/workers.ts";
import type { Target } from "./load.ts";
import { youngestRuntime } from "./runtime.ts";

export const ADMIN_KEY = "bk_admin_0000000000000000000000000000000000";

/** An empty data folder with its database, and ports to serve it at. */
export async function prepareSettings(prefix: string): Promise<ServerSettings> {
  const data = await mkdtemp(join(tmpdir(), prefix));
  const unset = { unitKey: undefined, prices: undefined };
  const settings = { ...unset, ...(await freePorts()), host: "127.0.0.1", data, adminKey: ADMIN_KEY };
  await migrate(settings);
  return settings;
}

export interface PlainServer {
  target: Target;
  /** Runs the schedule once. @param at the moment it believes in */
  runSchedule: (at: number) => Promise<void>;
  stop: () => Promise<void>;
}

/** Serves bundles with nothing around them: no limits, and the schedule only when it is asked for. */
export async function startPlain(settings: ServerSettings, bundles: Bundles): Promise<PlainServer> {
  const log = new LogFile(join(settings.data, "server.log"));
  const secrets = { adminKey: ADMIN_KEY, unitKey: "u".repeat(40) };
  const miniflare = new Miniflare(await describeWorkers(settings, secrets, bundles, log, {}));
  const worker = await miniflare.getWorker(WORKER);
  return {
    target: { port: settings.workerPort, pid: youngestRuntime() },
    runSchedule: async (at) => {
      const { outcome } = await worker.scheduled({ cron: "* * * * *", scheduledTime: new Date(at) });
      if (outcome !== "ok") throw new Error(`the schedule ended with ${outcome}`);
    },
    stop: async () => {
      await miniflare.dispose();
      await log.close();
    },
  };
}
