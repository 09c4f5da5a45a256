import { readFile } from "node:fs/promises";
import { z } from "zod";
import { inRepository } from "../local-server/repository.ts";
import { runWrangler, WranglerFailure } from "./wrangler.ts";

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
const projectsSchema = z.array(z.object({ "Project Name": z.string(), "Project Domains": z.string() }));

/** What an account holds of Bakeoff. */
export interface Installation {
  databaseIds: DatabaseIds;
  /** The names of the Worker's secrets; undefined where there is no Worker. */
  secrets: readonly string[] | undefined;
  /** Where the dashboard is served; undefined where there is no Pages project. */
  dashboardDomain: string | undefined;
}

/** @returns undefined where there is no Worker of this name */
export async function readSecrets(): Promise<string[] | undefined> {
  try {
    const list = await runWrangler(["secret", "list", "--format", "json"]);
    return secretsSchema.parse(JSON.parse(list)).map(({ name }) => name);
  } catch (cause) {
    if (cause instanceof WranglerFailure && /not found|10007/i.test(cause.output)) return undefined;
    throw cause;
  }
}

/** The dashboard's address, as long as there is a Pages project. */
export async function readDashboardDomain(): Promise<string | undefined> {
  const list = projectsSchema.parse(JSON.parse(await runWrangler(["pages", "project", "list", "--json"])));
  const project = list.find((one) => one["Project Name"] === NAMES.dashboard);
  // Domains of one's own come after that of Pages.
  return project?.["Project Domains"].split(",").at(-1)?.trim();
}

export async function readDatabaseIds(): Promise<DatabaseIds> {
  const list = databasesSchema.parse(JSON.parse(await runWrangler(["d1", "list", "--json"])));
  return Object.fromEntries(
    BINDINGS.flatMap((binding) => {
      const found = list.find(({ name }) => name === DATABASES[binding]);
      return found ? [[binding, found.uuid]] : [];
    }),
  );
}

/** Looks at what is there; changes nothing. */
export async function readInstallation(): Promise<Installation> {
  const [databaseIds, secrets, dashboardDomain] = await Promise.all([
    readDatabaseIds(),
    readSecrets(),
    readDashboardDomain(),
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
export async function createBucket(): Promise<void> {
  try {
    await runWrangler(["r2", "bucket", "create", BUCKET]);
  } catch (cause) {
    if (cause instanceof WranglerFailure && /already exists|already own|10004/i.test(cause.output)) return;
    throw cause;
  }
}
