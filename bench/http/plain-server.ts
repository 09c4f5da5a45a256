import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import type { Bundles } from "#tools/local-server/build.ts";
import { freePorts } from "#tools/local-server/free-ports.ts";
import { LogFile } from "#tools/local-server/log-file.ts";
import { migrate } from "#tools/local-server/migrations.ts";
import type { ServerSettings } from "#tools/local-server/settings.ts";
import { describeWorkers } from "#tools/local-server/workers.ts";
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

/** Serves bundles with nothing around them: no schedule, no limits. */
export async function startPlain(
  settings: ServerSettings,
  bundles: Bundles,
): Promise<{ target: Target; stop: () => Promise<void> }> {
  const log = new LogFile(join(settings.data, "server.log"));
  const secrets = { adminKey: ADMIN_KEY, unitKey: "u".repeat(40) };
  const miniflare = new Miniflare(await describeWorkers(settings, secrets, bundles, log, {}));
  await miniflare.ready;
  return {
    target: { port: settings.workerPort, pid: youngestRuntime() },
    stop: async () => {
      await miniflare.dispose();
      await log.close();
    },
  };
}
