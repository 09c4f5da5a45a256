import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { buildBundles } from "./build.ts";
import { everyMinute } from "./cron.ts";
import { LogFile } from "./log-file.ts";
import { migrate } from "./migrations.ts";
import { HOST, requireFreePort } from "./ports.ts";
import { findSecrets } from "./secrets.ts";
import type { ServerSettings } from "./settings.ts";
import { describeWorkers, WORKER } from "./workers.ts";

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

/**
 * Starts dashboard, API, database, aggregators and the schedule in this process and one `workerd`, with everything they
 * remember below the data folder. Needs no account and no network.
 */
export async function startLocalServer(settings: ServerSettings): Promise<LocalServer> {
  await requireFreePort(settings.port, "PORT");
  await requireFreePort(settings.workerPort, "WORKER_PORT");
  await mkdir(settings.data, { recursive: true });
  const [secrets, bundles] = await Promise.all([findSecrets(settings), buildBundles(), migrate(settings)]);
  const log = new LogFile(join(settings.data, "server.log"));
  const miniflare = new Miniflare(await describeWorkers(settings, secrets, bundles, log));
  await miniflare.ready;

  const worker = await miniflare.getWorker(WORKER);
  const runSchedule = (scheduledTime: number): Promise<void> =>
    worker
      .scheduled({ cron: "* * * * *", scheduledTime: new Date(scheduledTime) })
      .then(({ outcome }) => {
        if (outcome !== "ok") log.write(`cron ended with ${outcome}`);
      })
      .catch((error: unknown) => log.write(`cron failed: ${String(error)}`));
  const stopCron = everyMinute(runSchedule);

  let stopped: Promise<void> | undefined;
  return {
    dashboard: `http://localhost:${settings.port}/#key=${secrets.adminKey}`,
    api: `http://${HOST}:${settings.workerPort}`,
    adminKey: secrets.adminKey,
    logFile: log.path,
    runSchedule: (at = Date.now()) => runSchedule(at),
    stop: () => {
      stopCron();
      stopped ??= miniflare.dispose().then(() => log.close());
      return stopped;
    },
  };
}
