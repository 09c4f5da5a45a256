import "../local-server/compile-cache.ts";
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { buildDashboard } from "../local-server/build.ts";
import { orExit } from "../local-server/process-end.ts";
import { ask, chooseAccount, IS_TERMINAL } from "./account.ts";
import {
  BINDINGS,
  BUCKET,
  configurationWith,
  configurationWithArchive,
  configuredDatabaseIds,
  createBucket,
  DATABASES,
  type DatabaseIds,
  type Installation,
  NAMES,
  readDashboardDomain,
  readDatabaseIds,
  readInstallation,
} from "./installation.ts";
import { deployWorker, missingSecrets } from "./worker.ts";
import { runWrangler } from "./wrangler.ts";

const HELP = `npm run deploy -- [options]

Deploys Bakeoff to a Cloudflare account, or brings an installation up to date. Safe to run again: what is there stays.

  --dry-run         looks at the account and shows what would be done
  --yes             does not ask
  --archive         keeps old events in R2, for ever; the account needs R2
  --new-admin-key   replaces the admin key, for instance a lost one
  --replace         replaces a Worker of this name that is not Bakeoff's`;

const { values: flags } = parseArgs({
  options: {
    "dry-run": { type: "boolean", default: false },
    yes: { type: "boolean", default: false },
    archive: { type: "boolean", default: false },
    "new-admin-key": { type: "boolean", default: false },
    replace: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** What would be done, one line each. */
function describePlan(found: Installation, configured: DatabaseIds, secrets: readonly string[]): string {
  const { worker, dashboard } = NAMES;
  return [
    ...BINDINGS.map((binding) => {
      const id = found.databaseIds[binding];
      const name = DATABASES[binding];
      return id ? `use the database '${name}' (${id})` : `create the database '${name}'`;
    }),
    ...(BINDINGS.every((binding) => configured[binding]) ? [] : ["write their ids into wrangler.toml"]),
    "apply the migrations that they have not seen",
    ...(flags.archive ? [`use the bucket '${BUCKET}' for old events, create it where it is missing`] : []),
    `${found.secrets ? "update" : "create"} the Worker '${worker}'`,
    secrets.length > 0 ? `give it new secrets: ${secrets.join(", ")}` : "leave its secrets as they are",
    "build the dashboard",
    ...(found.dashboardDomain ? [] : [`create the Pages project '${dashboard}'`]),
    `upload the dashboard to '${dashboard}'`,
  ]
    .map((line, index) => `  ${index + 1}. ${line}`)
    .join("\n");
}

/** @throws where going on would take over what is not ours, or leave data behind */
function requireOurs({ databaseIds, secrets }: Installation, configured: DatabaseIds): void {
  for (const binding of BINDINGS) {
    const id = configured[binding];
    if (id === undefined || id === databaseIds[binding]) continue;
    throw new Error(
      `wrangler.toml names the database ${id}, which this account does not have under the name '${DATABASES[binding]}'. ` +
        "Choose the right account with CLOUDFLARE_ACCOUNT_ID, or put the zeros back into database_id.",
    );
  }
  const isOurs = secrets === undefined || secrets.some((name) => name.startsWith("BAKEOFF_"));
  if (!isOurs && !flags.replace) {
    throw new Error(
      `The account has a Worker named '${NAMES.worker}' that is not Bakeoff's. Choose another name in wrangler.toml and dashboard/wrangler.toml, or run this with --replace.`,
    );
  }
}

async function step<Value>(title: string, act: () => Promise<Value>): Promise<Value> {
  process.stdout.write(`${title} … `);
  const value = await act();
  console.log("done");
  return value;
}

async function prepareDatabases(found: Installation, configured: DatabaseIds): Promise<void> {
  for (const binding of BINDINGS) {
    const name = DATABASES[binding];
    if (!found.databaseIds[binding])
      await step(`Creating the database '${name}'`, () => runWrangler(["d1", "create", name]));
  }
  if (!BINDINGS.every((binding) => configured[binding])) {
    const ids = await readDatabaseIds();
    for (const binding of BINDINGS) {
      if (!ids[binding])
        throw new Error(
          `The database '${DATABASES[binding]}' was created, but the account does not list it.`,
        );
    }
    const { path, text } = await configurationWith(ids);
    await step("Writing their ids into wrangler.toml", () => writeFile(path, text));
  }
  for (const binding of BINDINGS) {
    await step(`Applying migrations to '${DATABASES[binding]}'`, () =>
      runWrangler(["d1", "migrations", "apply", binding, "--remote"]),
    );
  }
}

async function prepareArchive(): Promise<void> {
  await step(`Creating the bucket '${BUCKET}'`, createBucket);
  const configuration = await configurationWithArchive();
  if (configuration)
    await step("Writing its binding into wrangler.toml", () =>
      writeFile(configuration.path, configuration.text),
    );
}

async function prepareDashboard(found: Installation): Promise<string | undefined> {
  await step("Building the dashboard", buildDashboard);
  if (!found.dashboardDomain) {
    const create = ["pages", "project", "create", NAMES.dashboard, "--production-branch", "main"];
    await step("Creating the Pages project", () => runWrangler(create));
  }
  const upload = ["pages", "deploy", "--branch", "main", "--commit-dirty=true"];
  await step("Uploading the dashboard", () => runWrangler(upload, { folder: "dashboard" }));
  return found.dashboardDomain ?? (await readDashboardDomain());
}

async function deploy(): Promise<void> {
  process.env.CLOUDFLARE_ACCOUNT_ID = await chooseAccount();
  const [found, configured] = await Promise.all([readInstallation(), configuredDatabaseIds()]);
  requireOurs(found, configured);
  const secrets = missingSecrets(found.secrets ?? [], flags["new-admin-key"]);
  console.log(`In the account ${process.env.CLOUDFLARE_ACCOUNT_ID} this will:\n`);
  console.log(`${describePlan(found, configured, Object.keys(secrets))}\n`);
  if (flags["dry-run"]) return console.log("Nothing was changed.");
  if (!flags.yes && IS_TERMINAL && /^n/i.test(await ask("Go ahead? [Y/n] "))) return;

  await prepareDatabases(found, configured);
  if (flags.archive) await prepareArchive();
  console.log("Deploying the Worker …");
  const { address, adminKey, failure } = await deployWorker(secrets);
  if (adminKey) console.log(`\nAdmin key   ${adminKey}\nKeep it in a safe place: it is not shown again.\n`);
  if (failure) throw failure;
  const domain = await prepareDashboard(found);
  console.log(`\nDashboard   https://${domain}\nAPI         ${address ?? "see wrangler's output"}`);
}

if (flags.help) console.log(HELP);
else await orExit(deploy);
