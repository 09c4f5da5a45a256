import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { cloneRepository } from "#test/e2e/support/clone.ts";
import { startCloudflareAccount } from "#test/e2e/support/cloudflare-account.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");

/** Wrangler is 20 MB of source, otherwise compiled at each of many starts. */
const COMPILE_CACHE = join(REPOSITORY, ".build/compile-cache");

const DASHBOARD = "https://bakeoff-dashboard-7qx.pages.dev";
const TABLES = ["ai_config", "experiment", "d1_migrations"];
const LOG_TABLES = ["event_chunk", "d1_migrations"];

let clone: string;
let account: Awaited<ReturnType<typeof startCloudflareAccount>>;

beforeEach(async () => {
  [clone, account] = await Promise.all([cloneRepository(), startCloudflareAccount()]);
});

/** Runs a command in the clone, with nobody at the terminal. */
function run(file: string, parameters: readonly string[], environment: Record<string, string> = {}) {
  return new Promise<{ code: unknown; output: string }>((done) => {
    const child = execFile(
      file,
      parameters,
      {
        cwd: clone,
        env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, ...account.environment, ...environment },
      },
      (error, stdout, stderr) => done({ code: error?.code ?? 0, output: stdout + stderr }),
    );
    child.stdin?.end();
  });
}

/** Also where somebody has told wrangler to be silent. */
const deploy = (...options: string[]) =>
  run("npm", ["run", "deploy", "--", ...options], { WRANGLER_LOG: "none" });

async function expectDeployed(): Promise<void> {
  const { bakeoff, "bakeoff-log": log, ...others } = account.databaseIds();
  expect(others).toEqual({});
  expect(account.tablesOf("bakeoff")).toEqual(expect.arrayContaining(TABLES));
  expect(account.tablesOf("bakeoff-log")).toEqual(expect.arrayContaining(LOG_TABLES));
  const configuration = await readFile(join(clone, "wrangler.toml"), "utf8");
  for (const id of [bakeoff, log]) expect(configuration).toContain(`\ndatabase_id = "${id}"\n`);
  expect(account.databasesOfWorker).toEqual({ DB: bakeoff, LOG: log });
  expect(account.secrets.get("BAKEOFF_ADMIN_KEY")).toMatch(/^bk_admin_\S{32,}$/);
  expect(account.secrets.get("BAKEOFF_UNIT_KEY")).toMatch(/^\S{32,}$/);
}

describe("npm run deploy", () => {
  it("deploys everything to an empty account, shows before what it would do, is safe to run again, and adds a bucket that is asked for", async () => {
    const before = await readFile(join(clone, "wrangler.toml"), "utf8");
    const planned = await deploy("--dry-run");
    expect(planned.code, planned.output).toBe(0);
    expect(planned.output).toMatch(
      /create the database[\s\S]*create the Worker[\s\S]*BAKEOFF_ADMIN_KEY, BAKEOFF_UNIT_KEY[\s\S]*create the Pages project[\s\S]*Nothing was changed/,
    );
    expect(account.changes).toEqual([]);
    expect(await readFile(join(clone, "wrangler.toml"), "utf8")).toBe(before);

    const first = await deploy();
    expect(first.code, first.output).toBe(0);
    await expectDeployed();
    const { BAKEOFF_ADMIN_KEY: adminKey, BAKEOFF_UNIT_KEY: unitKey } = Object.fromEntries(account.secrets);
    expect(first.output).toContain(`Dashboard   ${DASHBOARD}\n`);
    expect(first.output).toContain("API         https://bakeoff.tasters.workers.dev\n");
    expect(first.output).toContain(`Admin key   ${adminKey}\n`);
    expect(first.output).not.toContain(unitKey);
    expect(account.dashboardUploads).toBe(1);
    expect([account.buckets, account.bucketOfWorker]).toEqual([[], undefined]);

    const changes = [...account.changes];
    const configuration = await readFile(join(clone, "wrangler.toml"), "utf8");
    const archive = await deploy("--archive", "--dry-run");
    expect(archive.code, archive.output).toBe(0);
    expect(archive.output).toContain("use the bucket 'bakeoff-archive'");
    expect(account.changes).toEqual(changes);
    expect(await readFile(join(clone, "wrangler.toml"), "utf8")).toBe(configuration);
    // The second time without asking for it: an installation keeps what it has.
    for (const [uploads, options] of [
      [2, ["--archive"]],
      [3, []],
    ] as const) {
      const again = await deploy(...options);
      expect(again.code, again.output).toBe(0);
      await expectDeployed();
      expect(Object.fromEntries(account.secrets)).toEqual({
        BAKEOFF_ADMIN_KEY: adminKey,
        BAKEOFF_UNIT_KEY: unitKey,
      });
      expect(again.output).not.toContain("bk_admin_");
      expect(again.output).toContain(`Dashboard   ${DASHBOARD}\n`);
      expect([account.workerUploads, account.dashboardUploads]).toEqual([uploads, uploads]);
      expect([account.buckets, account.bucketOfWorker]).toEqual([["bakeoff-archive"], "bakeoff-archive"]);
    }
  });

  it("shows the admin key that holds from now on, also when it is cut off after that", async () => {
    account.failNext = "/scripts/bakeoff/schedules";
    const { code, output } = await deploy("--archive");
    expect(code, output).toBe(1);
    expect(account.buckets).toEqual(["bakeoff-archive"]);
    expect(output).toContain(`Admin key   ${account.secrets.get("BAKEOFF_ADMIN_KEY")}\n`);
    expect(account.dashboardUploads).toBe(0);
  });

  it("does not take over a Worker of the same name that is somebody else's", async () => {
    account.addForeignWorker();
    const { code, output } = await deploy();
    expect(code).toBe(1);
    expect(output).toContain("not Bakeoff's");
    expect(account.changes).toEqual([]);
  });

  it("does not go on with a database of another account", async () => {
    const path = join(clone, "wrangler.toml");
    const text = await readFile(path, "utf8");
    const other = "99999999-9999-4999-8999-999999999999";
    await writeFile(path, text.replace(/^database_id = .*$/m, `database_id = "${other}"`));
    const { code, output } = await deploy();
    expect(code).toBe(1);
    expect(output).toContain(other);
    expect(account.changes).toEqual([]);
  });

  it("says in a sentence that nobody is signed in", async () => {
    account.environment.CLOUDFLARE_API_TOKEN = "";
    const { code, output } = await deploy();
    expect(code).toBe(1);
    expect(output).toContain("Run 'npx wrangler login', or set CLOUDFLARE_API_TOKEN.");
  });
});

describe("the README's deployment by hand", () => {
  /** The commands of one block; a person does what no test can: sign in, and install what is installed here already. */
  async function commandsOf(block: number): Promise<string[]> {
    const readme = await readFile(join(REPOSITORY, "README.md"), "utf8");
    const [, section = ""] = /\n## Deploy to a Cloudflare account\n(.*?)\n## /s.exec(readme) ?? [];
    const [, commands = ""] = [...section.matchAll(/```sh\n(.*?)```/gs)][block] ?? [];
    const lines = commands.split("\n").filter(Boolean);
    return lines.filter((line) => !["npm ci", "npx wrangler login"].includes(line));
  }

  async function runAll(commands: readonly string[]): Promise<string> {
    let printed = "";
    for (const command of commands) {
      const { code, output } = await run("bash", ["-euc", command]);
      expect(code, `${command}\n${output}`).toBe(0);
      printed += output;
      const [, id] = /^database_id = "(.+)"$/m.exec(output) ?? [];
      if (!id) continue;
      const [, binding] =
        /# put the database_id that it prints into wrangler.toml, for (\w+)/.exec(command) ?? [];
      const path = join(clone, "wrangler.toml");
      const text = await readFile(path, "utf8");
      const line = new RegExp(`(binding = "${binding}"[^[]*?\\n)database_id = .*`);
      await writeFile(path, text.replace(line, `$1database_id = "${id}"`));
    }
    return printed;
  }

  it("ends well, the first time and after an update, with the secrets that it made", async () => {
    const first = await commandsOf(1);
    expect(first).toHaveLength(11);
    const printed = await runAll(first);
    await expectDeployed();
    expect(printed).toContain(`BAKEOFF_ADMIN_KEY=${account.secrets.get("BAKEOFF_ADMIN_KEY")}\n`);
    expect(account.dashboardUploads).toBe(1);
    const secrets = new Map(account.secrets);

    const update = await commandsOf(2);
    expect(update).toHaveLength(5);
    await runAll(update);
    await expectDeployed();
    expect(account.secrets).toEqual(secrets);
    expect([account.workerUploads, account.dashboardUploads]).toEqual([2, 2]);
    expect([account.buckets, account.bucketOfWorker]).toEqual([[], undefined]);
    await expect(readFile(join(clone, ".secrets"))).rejects.toThrow();
  });
});
