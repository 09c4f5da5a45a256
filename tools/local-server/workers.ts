import { dirname, join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, type MiniflareOptions } from "miniflare";
import { z } from "zod";
import { jsonObjectSchema } from "#shared/json.ts";
import type { Bundles } from "./build.ts";
import type { LogFile } from "./log-file.ts";
import type { ServerSecrets } from "./secrets.ts";
import { LOCAL_HOST, type ServerSettings } from "./settings.ts";
import { readPagesConfig, readWorkerConfig } from "./wrangler-config.ts";

/** The names in the two wrangler.toml. */
export const WORKER = "bakeoff";
const PAGES = "bakeoff-dashboard";

/** Hands Miniflare's own messages to the log file. */
class FileLog extends Log {
  readonly #file: LogFile;

  constructor(file: LogFile) {
    super(LogLevel.WARN);
    this.#file = file;
  }

  override log(message: string): void {
    this.#file.write(message);
  }
}

/** The folder that `wrangler … --local --persist-to <data>` uses, so that its d1 commands see the same database. */
const stateFolder = ({ data }: ServerSettings): string => join(data, "v3");

/** Where the runtime keeps its databases. */
export const databaseFolder = (settings: ServerSettings): string => join(stateFolder(settings), "d1");

const databasesSchema = z.record(z.string(), z.object({ id: z.string() }));

/**
 * Runs statements as one transaction, and answers the rows of the last. Miniflare's own way to a database from outside makes
 * a request for every statement, and waits for it. Whoever else reaches the port, which is one of loopback, does not know the secret.
 */
const RUN_STATEMENTS = `export default {
  async fetch(request, { SECRET: secret, [request.headers.get("database")]: database }) {
    if (request.headers.get("secret") !== secret) return new Response(null, { status: 403 });
    try {
      const statements = await request.json();
      const results = await database.batch(
        statements.map(({ sql, parameters }) => database.prepare(sql).bind(...parameters)),
      );
      return Response.json({ rows: results.at(-1).results });
    } catch (cause) {
      return Response.json({ failure: cause.message });
    }
  },
};`;

/**
 * The databases alone, behind a Worker that runs a list of statements on the one that the header `database` names.
 * @param secret what the header `secret` has to say
 */
export async function describeDatabases(settings: ServerSettings, secret: string): Promise<MiniflareOptions> {
  const d1Databases = databasesSchema.parse((await readWorkerConfig()).d1Databases);
  return convertV4MiniflareOptions({
    resourcePersistencePath: stateFolder(settings),
    cf: false,
    workers: [
      { name: WORKER, modules: true, script: RUN_STATEMENTS, d1Databases, bindings: { SECRET: secret } },
    ],
  });
}

/**
 * Turns the two wrangler.toml, which also describe the deployment, into one local set-up: Pages with its functions and
 * assets on one port, the Worker that it binds on another.
 */
export async function describeWorkers(
  settings: ServerSettings,
  secrets: ServerSecrets,
  bundles: Bundles,
  file: LogFile,
  bindings: Readonly<Record<string, string>>,
): Promise<MiniflareOptions> {
  const [pages, worker] = await Promise.all([readPagesConfig(), readWorkerConfig()]);
  return convertV4MiniflareOptions({
    // Miniflare's own server has addresses of its own and answers errors with a stack trace: only this process uses it.
    host: LOCAL_HOST,
    port: 0,
    log: new FileLog(file),
    handleStructuredLogs: ({ level, message }) => file.write(`${level}: ${message}`),
    resourcePersistencePath: stateFolder(settings),
    // Without it Miniflare asks Cloudflare for an example of a request's location.
    cf: false,
    workers: [
      {
        ...pages,
        name: PAGES,
        modules: [{ type: "ESModule", path: bundles.pagesFunctions }],
        modulesRoot: dirname(bundles.pagesFunctions),
        // Pages asks the functions first and serves index.html for what neither they nor the files know.
        assets: {
          directory: bundles.dashboard,
          binding: "ASSETS",
          run_worker_first: true,
          routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
          assetConfig: {
            html_handling: "auto-trailing-slash",
            not_found_handling: "single-page-application",
          },
        },
        unsafeDirectSockets: [{ host: settings.host, port: settings.port }],
      },
      {
        ...worker,
        name: WORKER,
        modules: [{ type: "ESModule", path: bundles.worker }],
        modulesRoot: dirname(bundles.worker),
        // wrangler.toml names none where an account may have no R2; here it is a folder.
        r2Buckets: { ARCHIVE: "bakeoff-archive" },
        bindings: {
          ...jsonObjectSchema.parse(worker.bindings),
          ...bindings,
          BAKEOFF_ADMIN_KEY: secrets.adminKey,
          BAKEOFF_UNIT_KEY: secrets.unitKey,
          ...(settings.formerUnitKeys !== undefined && { BAKEOFF_FORMER_UNIT_KEYS: settings.formerUnitKeys }),
          ...(settings.eventRetentionDays !== undefined && {
            EVENT_RETENTION_DAYS: settings.eventRetentionDays,
          }),
          ...(settings.prices !== undefined && { BAKEOFF_PRICES: settings.prices }),
          ...(settings.webhookAllowLocalhost !== undefined && {
            WEBHOOK_ALLOW_LOCALHOST: settings.webhookAllowLocalhost,
          }),
        },
        unsafeDirectSockets: [{ host: settings.host, port: settings.workerPort }],
      },
    ],
  });
}
