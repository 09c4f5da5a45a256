import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { startStubServer } from "./stub-server.ts";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const PAGES_DOMAIN = "bakeoff-dashboard-7qx.pages.dev";

const DEPLOYMENT = {
  id: "deployment-1",
  url: `https://deployment-1.${PAGES_DOMAIN}`,
  environment: "production",
  aliases: null,
  latest_stage: { name: "deploy", status: "success" },
};

const workerMetadataSchema = z.object({
  bindings: z.array(z.looseObject({ name: z.string(), type: z.string(), text: z.string().optional() })),
});
const pagesProjectSchema = z.object({ name: z.string(), production_branch: z.string() });

function success(result: unknown): Response {
  return Response.json({ success: true, errors: [], messages: [], result });
}

function failure(status: number, code: number, message: string): Response {
  return Response.json(
    { success: false, errors: [{ code, message }], messages: [], result: null },
    { status },
  );
}

/** The JSON in the part of a multipart body that is called `metadata`. */
function metadataOf(body: string): unknown {
  const [, part = "{}"] = /name="metadata"\r\n\r\n(.*?)\r\n--/s.exec(body) ?? [];
  return JSON.parse(part);
}

/**
 * An account at Cloudflare, as far as wrangler talks to it for a deployment: databases with tables in them, one Worker
 * with its secrets, one Pages project. It begins empty and remembers.
 */
export async function startCloudflareAccount() {
  const databases: { uuid: string; name: string; tables: DatabaseSync }[] = [];
  const secrets = new Map<string, string>();
  const projects: { name: string; production_branch: string }[] = [];
  const account = {
    secrets,
    workerUploads: 0,
    /** The databases that the bindings of the last upload lead to. */
    databasesOfWorker: {} as Record<string, string>,
    /** The bucket that the binding ARCHIVE of the last upload leads to. */
    bucketOfWorker: undefined as string | undefined,
    buckets: [] as string[],
    dashboardUploads: 0,
    /** Requests that changed something. */
    changes: [] as string[],
    /** Fails the next request whose path ends so. */
    failNext: undefined as string | undefined,
    /** The tables of a database, by its name. */
    tablesOf(database: string): string[] {
      const found = databases.find(({ name }) => name === database);
      const rows = found?.tables.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() ?? [];
      return rows.map(({ name }) => String(name));
    },
    /** By their names. */
    databaseIds: () => Object.fromEntries(databases.map(({ name, uuid }) => [name, uuid])),
    addForeignWorker() {
      account.workerUploads = 1;
    },
  };

  const describeDatabase = ({ uuid, name }: { uuid: string; name: string }) => ({
    uuid,
    name,
    created_at: "2026-11-28T00:00:00Z",
    version: "production",
  });
  const describeProject = (project: { name: string; production_branch: string }) => ({
    ...project,
    subdomain: PAGES_DOMAIN,
    domains: [PAGES_DOMAIN],
    deployment_configs: { production: {}, preview: {} },
    created_on: "2026-11-28T00:00:00Z",
  });

  function answerDatabase(method: string, path: string, body: string): Response {
    if (method === "GET" && path.endsWith("/d1/database")) return success(databases.map(describeDatabase));
    if (method === "POST" && path.endsWith("/d1/database")) {
      const { name } = z.object({ name: z.string() }).parse(JSON.parse(body));
      if (databases.some((database) => database.name === name)) {
        return failure(400, 7502, `A database with the name '${name}' already exists.`);
      }
      const database = { uuid: randomUUID(), name, tables: new DatabaseSync(":memory:") };
      databases.push(database);
      return success(describeDatabase(database));
    }
    const database = databases.find(({ uuid }) => path.includes(uuid));
    if (!database) return failure(404, 7404, "The database could not be found.");
    if (!path.endsWith("/query")) return success(describeDatabase(database));
    const { sql } = z.object({ sql: z.string() }).parse(JSON.parse(body));
    const isSelect = /^\s*SELECT/i.test(sql);
    const results = isSelect ? database.tables.prepare(sql).all() : [];
    if (!isSelect) database.tables.exec(sql);
    return success([{ results, success: true, meta: { duration: 0 } }]);
  }

  function answerWorker(method: string, path: string, body: string): Response {
    if (path.endsWith("/workers/subdomain")) return success({ subdomain: "tasters" });
    // A new Worker is put there; one that exists gets a version, which is deployed after that.
    if (method !== "GET" && /\/scripts\/bakeoff(\/versions)?$/.test(path)) {
      const { bindings } = workerMetadataSchema.parse(metadataOf(body));
      for (const { name, type, text } of bindings) if (type === "secret_text") secrets.set(name, text ?? "");
      const d1 = bindings.filter(({ type }) => type === "d1");
      account.databasesOfWorker = Object.fromEntries(
        d1.map(({ name, id, database_id: databaseId }) => [name, String(id ?? databaseId)]),
      );
      const bucket = bindings.find(({ type, name }) => type === "r2_bucket" && name === "ARCHIVE");
      account.bucketOfWorker = bucket && String(bucket.bucket_name);
      account.workerUploads += 1;
      const resources = { script: { etag: "1" } };
      return success({ id: "bakeoff", etag: "1", deployment_id: "1", startup_time_ms: 1, resources });
    }
    if (account.workerUploads === 0)
      return failure(404, 10007, "This Worker does not exist on your account.");
    if (path.endsWith("/secrets")) {
      return success([...secrets.keys()].map((name) => ({ name, type: "secret_text" })));
    }
    if (path.endsWith("/services/bakeoff")) {
      const script = { tag: "tag", tags: null, last_deployed_from: "wrangler", migration_tag: "v1" };
      return success({ id: "bakeoff", default_environment: { environment: "production", script } });
    }
    if (path.endsWith("/workers/workers/bakeoff") || path.endsWith("/scripts/bakeoff/subdomain")) {
      const subdomain = { enabled: true, previews_enabled: true };
      return success({ id: "bakeoff", name: "bakeoff", subdomain, ...subdomain });
    }
    if (path.endsWith("/deployments")) return success({ deployments: [] });
    if (path.endsWith("/settings")) return success({ bindings: [], migration_tag: "v1", tags: null });
    return success([]);
  }

  function answerPages(method: string, path: string, body: string): Response {
    if (path.endsWith("/pages/projects")) {
      if (method === "GET") return success(projects.map(describeProject));
      const project = pagesProjectSchema.parse(JSON.parse(body));
      if (projects.some(({ name }) => name === project.name)) {
        return failure(409, 8000002, "A project with this name already exists.");
      }
      projects.push(project);
      return success(describeProject(project));
    }
    if (path.endsWith("/check-missing")) {
      return success(z.object({ hashes: z.array(z.string()) }).parse(JSON.parse(body)).hashes);
    }
    const [project] = projects;
    if (path.includes("/pages/assets/")) return success(null);
    if (!project) return failure(404, 8000007, "Project not found.");
    if (path.endsWith("/upload-token")) {
      const claims = Buffer.from(JSON.stringify({ exp: 9_999_999_999 })).toString("base64url");
      return success({ jwt: `eyJhbGciOiJIUzI1NiJ9.${claims}.signature` });
    }
    if (method === "POST" && path.endsWith("/deployments")) account.dashboardUploads += 1;
    return success(path.includes("/deployments") ? DEPLOYMENT : describeProject(project));
  }

  function answerBucket(method: string, path: string, body: string): Response {
    if (method === "POST" && path.endsWith("/r2/buckets")) {
      const { name } = z.looseObject({ name: z.string() }).parse(JSON.parse(body));
      if (account.buckets.includes(name))
        return failure(409, 10004, "The bucket you tried to create already exists, and you own it.");
      account.buckets.push(name);
      return success({ name });
    }
    const name = path.split("/").at(-1) ?? "";
    if (!account.buckets.includes(name)) return failure(404, 10006, "The specified bucket does not exist.");
    return success({ name, creation_date: "2026-11-28T00:00:00Z", location: "weur" });
  }

  const server = await startStubServer(({ path: address, method, body }) => {
    const path = new URL(address, "http://cloudflare.test").pathname.replace("/client/v4", "");
    const isRead = method === "GET" || /\/query$|\/check-missing$/.test(path);
    if (!isRead) account.changes.push(`${method} ${path.replace(`/accounts/${ACCOUNT}`, "")}`);
    if (account.failNext && path.endsWith(account.failNext)) {
      account.failNext = undefined;
      return failure(403, 10000, "Authentication error");
    }
    if (path.includes("/d1/")) return answerDatabase(method, path, body);
    if (path.includes("/workers/")) return answerWorker(method, path, body);
    if (path.includes("/pages/")) return answerPages(method, path, body);
    if (path.includes("/r2/")) return answerBucket(method, path, body);
    return success([]);
  });

  return Object.assign(account, {
    /** What points wrangler at this account. */
    environment: {
      CLOUDFLARE_API_TOKEN: "token",
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
      CLOUDFLARE_API_BASE_URL: `${server.url}/client/v4`,
    },
  });
}
