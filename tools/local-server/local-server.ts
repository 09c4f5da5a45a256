import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { buildBundles } from "./build.ts";
import { everyMinute } from "./cron.ts";
import { LogFile } from "./log-file.ts";
import { migrate } from "./migrations.ts";
import { requireFreePort } from "./ports.ts";
import { finishRequests, withRuntimeProcess } from "./runtime-process.ts";
import { findSecrets } from "./secrets.ts";
import { LOCAL_HOST, type ServerSettings } from "./settings.ts";
import { describeWorkers, WORKER } from "./workers.ts";

/** How long open requests may take once the server is to stop. */
const PATIENCE_MILLISECONDS = 8_000;

export interface LocalServer {
  /** The dashboard, signed in. */
  dashboard: string;
  /** Where `/v1/…` answers for client apps. */
  api: string;
  adminKey: string;
  logFile: string;
  /** Runs the schedule at once, besides its regular times. @param at the moment it believes in, by default now */
  runSchedule: (at?: number) => Promise<void>;
  /** Ends everything that was started; asking again waits for the same end. */
  stop: () => Promise<void>;
}

/** How this machine reaches a server that listens on an address. @param local its name where any would do */
function reachable(host: string, local: string): string {
  if ([LOCAL_HOST, "0.0.0.0", "::"].includes(host)) return local;
  return host.includes(":") ? `[${host}]` : host;
}

/**
 * Starts dashboard, API, database, aggregators and the schedule in this process and one `workerd`, with everything they
 * remember below the data folder. Needs no account and no network.
 * @param isLimited false to run without Cloudflare's limits, for measurements
 * @param bindings further ones for the Worker
 */
export async function startLocalServer(
  settings: ServerSettings,
  isLimited = true,
  bindings: Readonly<Record<string, string>> = {},
): Promise<LocalServer> {
  await requireFreePort(settings.host, settings.port, "PORT");
  await requireFreePort(settings.host, settings.workerPort, "WORKER_PORT");
  await mkdir(settings.data, { recursive: true });
  const [secrets, bundles] = await Promise.all([
    findSecrets(settings),
    buildBundles(isLimited),
    migrate(settings),
  ]);
  const log = new LogFile(join(settings.data, "server.log"));
  const options = await describeWorkers(settings, secrets, bundles, log, bindings);
  const { value: miniflare, runtime } = await withRuntimeProcess(async () => {
    const started = new Miniflare(options);
    await started.ready;
    return started;
  });

  // The Worker is asked for when it is needed: for that Miniflare starts a thread and waits for it.
  const runSchedule = (scheduledTime: number): Promise<void> =>
    miniflare
      .getWorker(WORKER)
      .then((worker) => worker.scheduled({ cron: "* * * * *", scheduledTime: new Date(scheduledTime) }))
      .then(({ outcome }) => {
        if (outcome !== "ok") log.write(`cron ended with ${outcome}`);
      })
      .catch((error: unknown) => log.write(`cron failed: ${String(error)}`));
  const stopCron = everyMinute(runSchedule);

  let stopped: Promise<void> | undefined;
  return {
    dashboard: `http://${reachable(settings.host, "localhost")}:${settings.port}/#key=${secrets.adminKey}`,
    api: `http://${reachable(settings.host, LOCAL_HOST)}:${settings.workerPort}`,
    adminKey: secrets.adminKey,
    logFile: log.path,
    runSchedule: (at = Date.now()) => runSchedule(at),
    stop: () => {
      stopCron();
      stopped ??= finishRequests(runtime, PATIENCE_MILLISECONDS, () => miniflare.dispose()).then(() =>
        log.close(),
      );
      return stopped;
    },
  };
}
