import { readFile } from "node:fs/promises";
import { z } from "zod";
import { inRepository } from "../local-server/repository.ts";
import { type CloudflareAccount, CloudflareFailure } from "./cloudflare.ts";

/** What Cloudflare says of a Worker, a Pages project that is not there, and of a bucket that is. */
const NO_WORKER = 10007;
const NO_PROJECT = 8000007;
const BUCKET_EXISTS = 10004;

/** The names in the two wrangler.toml. */
export const NAMES = { worker: "bakeoff", dashboard: "bakeoff-dashboard" } as const;

/** The databases by the names of their bindings. */
export const DATABASES = { DB: "bakeoff", LOG: "bakeoff-log" } as const;
export type Binding = keyof typeof DATABASES;
export const BINDINGS: readonly Binding[] = ["DB", "LOG"];

/** The ids of databases, as far as there are any. */
export type DatabaseIds = Partial<Record<Binding, string>>;

const CONFIGURATION = inRepository("wrangler.toml");
/** The line in `wrangler.toml` that names the id of a binding's database. */
const idLine = (binding: Binding) =>
  new RegExp(`(^binding = "${binding}"\n(?:[^[]*\n)?database_id = ")([^"]*)"`, "m");

const databasesSchema = z.array(z.object({ uuid: z.string(), name: z.string() }));
const secretsSchema = z.array(z.object({ name: z.string() }));
const projectSchema = z.object({ subdomain: z.string() });

/** What an account holds of Bakeoff. */
export interface Installation {
  databaseIds: DatabaseIds;
  /** The names of the Worker's secrets; undefined where there is no Worker. */
  secrets: readonly string[] | undefined;
  /** Where the dashboard is served; undefined where there is no Pages project. */
  dashboardDomain: string | undefined;
}

/** Waits for an answer. @returns undefined where Cloudflare refuses with this code */
async function unless<Value>(code: number, answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof CloudflareFailure && cause.codes.includes(code)) return undefined;
    throw cause;
  }
}

/** @returns undefined where there is no Worker of this name */
export async function readSecrets(account: CloudflareAccount): Promise<string[] | undefined> {
  const answer = account.get(`/workers/scripts/${NAMES.worker}/secrets`, secretsSchema);
  return (await unless(NO_WORKER, answer))?.map(({ name }) => name);
}

/** The dashboard's address, as long as there is a Pages project: that of Pages, not a domain of one's own. */
export async function readDashboardDomain(account: CloudflareAccount): Promise<string | undefined> {
  const answer = account.get(`/pages/projects/${NAMES.dashboard}`, projectSchema);
  return (await unless(NO_PROJECT, answer))?.subdomain;
}

export async function readDatabaseIds(account: CloudflareAccount): Promise<DatabaseIds> {
  const found = BINDINGS.map(async (binding) => {
    const list = await account.get(`/d1/database?name=${DATABASES[binding]}`, databasesSchema);
    // The list holds what has the name in its own.
    return list.flatMap(({ name, uuid }) => (name === DATABASES[binding] ? [[binding, uuid] as const] : []));
  });
  return Object.fromEntries((await Promise.all(found)).flat());
}

/** Looks at what is there; changes nothing. */
export async function readInstallation(account: CloudflareAccount): Promise<Installation> {
  const [databaseIds, secrets, dashboardDomain] = await Promise.all([
    readDatabaseIds(account),
    readSecrets(account),
    readDashboardDomain(account),
  ]);
  return { databaseIds, secrets, dashboardDomain };
}

/** The databases that `wrangler.toml` names; in the repository they are zeros. */
export async function configuredDatabaseIds(): Promise<DatabaseIds> {
  const text = await readFile(CONFIGURATION, "utf8");
  return Object.fromEntries(
    BINDINGS.flatMap((binding) => {
      const id = idLine(binding).exec(text)?.[2];
      return id && !/^[0-]*1?$/.test(id) ? [[binding, id]] : [];
    }),
  );
}

/** `wrangler.toml` with the databases in it. */
export async function configurationWith(ids: DatabaseIds): Promise<{ path: string; text: string }> {
  let text = await readFile(CONFIGURATION, "utf8");
  for (const binding of BINDINGS) {
    const id = ids[binding];
    if (id === undefined) continue;
    if (!idLine(binding).test(text))
      throw new Error(`wrangler.toml has no database_id for the binding ${binding}.`);
    text = text.replace(idLine(binding), `$1${id}"`);
  }
  return { path: CONFIGURATION, text };
}

/** The bucket of the archive, which an installation may do without. */
export const BUCKET = "bakeoff-archive";

/** The lines in `wrangler.toml` that name it, as comments. */
const COMMENTED_ARCHIVE = /^# (\[\[r2_buckets\]\]\n)# (binding = "ARCHIVE"\n)# (bucket_name = )".*"\n/m;
const ARCHIVE = /^\[\[r2_buckets\]\]\nbinding = "ARCHIVE"\n/m;

/** `wrangler.toml` with the binding of the archive; undefined where it has that already. */
export async function configurationWithArchive(): Promise<{ path: string; text: string } | undefined> {
  const text = await readFile(CONFIGURATION, "utf8");
  if (ARCHIVE.test(text)) return undefined;
  if (!COMMENTED_ARCHIVE.test(text)) throw new Error("wrangler.toml has no lines for the binding ARCHIVE.");
  return { path: CONFIGURATION, text: text.replace(COMMENTED_ARCHIVE, `$1$2$3"${BUCKET}"\n`) };
}

/** Creates the bucket of the archive, where the account has none of this name. */
export async function createBucket(account: CloudflareAccount): Promise<void> {
  await unless(BUCKET_EXISTS, account.post("/r2/buckets", { name: BUCKET }));
}

export const createDatabase = (account: CloudflareAccount, binding: Binding): Promise<void> =>
  account.post("/d1/database", { name: DATABASES[binding] });

export const createDashboard = (account: CloudflareAccount): Promise<void> =>
  account.post("/pages/projects", { name: NAMES.dashboard, production_branch: "main" });
