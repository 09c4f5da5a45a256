import { readFile } from "node:fs/promises";
import { z } from "zod";
import { inRepository } from "../local-server/repository.ts";
import { runWrangler, WranglerFailure } from "./wrangler.ts";

/** The names in the two wrangler.toml. */
export const NAMES = { database: "bakeoff", worker: "bakeoff", dashboard: "bakeoff-dashboard" } as const;

const CONFIGURATION = inRepository("wrangler.toml");
const DATABASE_ID = /^database_id = "([^"]*)"/m;

const databasesSchema = z.array(z.object({ uuid: z.string(), name: z.string() }));
const secretsSchema = z.array(z.object({ name: z.string() }));
const projectsSchema = z.array(z.object({ "Project Name": z.string(), "Project Domains": z.string() }));

/** What an account holds of Bakeoff. */
export interface Installation {
  databaseId: string | undefined;
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

export async function readDatabaseId(): Promise<string | undefined> {
  const list = databasesSchema.parse(JSON.parse(await runWrangler(["d1", "list", "--json"])));
  return list.find(({ name }) => name === NAMES.database)?.uuid;
}

/** Looks at what is there; changes nothing. */
export async function readInstallation(): Promise<Installation> {
  const [databaseId, secrets, dashboardDomain] = await Promise.all([
    readDatabaseId(),
    readSecrets(),
    readDashboardDomain(),
  ]);
  return { databaseId, secrets, dashboardDomain };
}

/** The database that `wrangler.toml` names. @returns undefined while it names none */
export async function configuredDatabaseId(): Promise<string | undefined> {
  const id = DATABASE_ID.exec(await readFile(CONFIGURATION, "utf8"))?.[1];
  return id && !/^[0-]*$/.test(id) ? id : undefined;
}

/** `wrangler.toml` with the database in it. */
export async function configurationWith(databaseId: string): Promise<{ path: string; text: string }> {
  const text = await readFile(CONFIGURATION, "utf8");
  if (!DATABASE_ID.test(text)) throw new Error("wrangler.toml has no line that begins with 'database_id ='.");
  return { path: CONFIGURATION, text: text.replace(DATABASE_ID, `database_id = "${databaseId}"`) };
}
