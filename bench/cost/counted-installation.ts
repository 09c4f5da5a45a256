import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import type { z } from "zod";
import { connect } from "#tools/connect.ts";
import { buildBundles } from "#tools/local-server/build.ts";
import { serverKey } from "../http/installation.ts";
import { ADMIN_KEY, prepareSettings, startPlain } from "../http/plain-server.ts";
import { bundleWorker } from "../http/reference-worker.ts";
import { processorMicroseconds } from "../http/runtime.ts";
import { answerSchema, COUNTS_PATH } from "./counts.ts";
import { differenceOf, type Usage } from "./usage.ts";

const POLL_MILLISECONDS = 500;
/** So often nothing may have changed before the traffic counts as dealt with. */
const QUIET_POLLS = 5;

/** Bytes of all SQLite databases in a folder, with what is still in their write-ahead logs. */
async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    if (!name.endsWith(".sqlite") || name.endsWith("metadata.sqlite")) continue;
    const database = new DatabaseSync(join(folder, name), { readOnly: true });
    const { bytes: own } = database
      .prepare("SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()")
      .get() ?? { bytes: 0 };
    bytes += Number(own);
    database.close();
  }
  return bytes;
}

/** A local installation whose Worker counts what Cloudflare bills. */
export async function startCounted() {
  const settings = await prepareSettings("bakeoff-cost-");
  const worker = await bundleWorker("bench/workers/counting/main.ts", "wrangler.toml");
  const { target, runSchedule, stop } = await startPlain(settings, {
    ...(await buildBundles(false)),
    worker,
  });
  const base = `http://127.0.0.1:${target.port}`;
  const api = connect(base, ADMIN_KEY);

  async function readCounts(): Promise<z.infer<typeof answerSchema>> {
    return answerSchema.parse(await (await fetch(`${base}${COUNTS_PATH}`)).json());
  }

  async function settled(): Promise<z.infer<typeof answerSchema>> {
    let last = await readCounts();
    for (let quiet = 0; quiet < QUIET_POLLS; ) {
      await pause(POLL_MILLISECONDS);
      const now = await readCounts();
      quiet = now.counts.objectRequests === last.counts.objectRequests ? quiet + 1 : 0;
      last = now;
    }
    return last;
  }

  const read = async (): Promise<Usage> => ({
    ...(await settled()),
    processorMilliseconds: processorMicroseconds(target.pid) / 1_000,
    databaseBytes: await bytesBelow(join(settings.data, "v3/d1")),
    objectBytes: await bytesBelow(join(settings.data, "v3/do")),
  });

  return {
    api,
    target,
    runSchedule,
    secret: await serverKey(api),
    /** Counts what some traffic costs, until all that it has set off is done. */
    async usageOf(traffic: () => Promise<void>): Promise<Usage> {
      const before = await read();
      await traffic();
      return differenceOf(await read(), before);
    },
    async stop(): Promise<void> {
      await stop();
      await rm(settings.data, { recursive: true, force: true });
    },
  };
}

export type CountedInstallation = Awaited<ReturnType<typeof startCounted>>;
