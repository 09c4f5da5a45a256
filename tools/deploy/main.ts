import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { buildDashboard } from "../local-server/build.ts";
import { orExit } from "../local-server/process-end.ts";
import { ask, chooseAccount, IS_TERMINAL } from "./account.ts";
import {
  configurationWith,
  configuredDatabaseId,
  type Installation,
  NAMES,
  readDashboardDomain,
  readDatabaseId,
  readInstallation,
} from "./installation.ts";
import { deployWorker, missingSecrets } from "./worker.ts";
import { runWrangler } from "./wrangler.ts";

const HELP = `npm run deploy -- [options]

Deploys Bakeoff to a Cloudflare account, or brings an installation up to date. Safe to run again: what is there stays.

  --dry-run         looks at the account and shows what would be done
  --yes             does not ask
  --new-admin-key   replaces the admin key, for instance a lost one
  --replace         replaces a Worker of this name that is not Bakeoff's`;

const { values: flags } = parseArgs({
  options: {
    "dry-run": { type: "boolean", default: false },
    yes: { type: "boolean", default: false },
    "new-admin-key": { type: "boolean", default: false },
    replace: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** What would be done, one line each. */
function describePlan(
  found: Installation,
  configured: string | undefined,
  secrets: readonly string[],
): string {
  const { database, worker, dashboard } = NAMES;
  return [
    found.databaseId
      ? `use the database '${database}' (${found.databaseId})`
      : `create the database '${database}'`,
    ...(configured ? [] : ["write its id into wrangler.toml"]),
    "apply the migrations that it has not seen",
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
function requireOurs({ databaseId, secrets }: Installation, configured: string | undefined): void {
  if (configured && configured !== databaseId) {
    throw new Error(
      `wrangler.toml names the database ${configured}, which this account does not have under the name '${NAMES.database}'. ` +
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

async function prepareDatabase(found: Installation, configured: string | undefined): Promise<void> {
  if (!found.databaseId)
    await step("Creating the database", () => runWrangler(["d1", "create", NAMES.database]));
  if (!configured) {
    const id = found.databaseId ?? (await readDatabaseId());
    if (!id)
      throw new Error(`The database '${NAMES.database}' was created, but the account does not list it.`);
    const { path, text } = await configurationWith(id);
    await step("Writing its id into wrangler.toml", () => writeFile(path, text));
  }
  await step("Applying migrations", () => runWrangler(["d1", "migrations", "apply", "DB", "--remote"]));
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
  const [found, configured] = await Promise.all([readInstallation(), configuredDatabaseId()]);
  requireOurs(found, configured);
  const secrets = missingSecrets(found.secrets ?? [], flags["new-admin-key"]);
  console.log(`In the account ${process.env.CLOUDFLARE_ACCOUNT_ID} this will:\n`);
  console.log(`${describePlan(found, configured, Object.keys(secrets))}\n`);
  if (flags["dry-run"]) return console.log("Nothing was changed.");
  if (!flags.yes && IS_TERMINAL && /^n/i.test(await ask("Go ahead? [Y/n] "))) return;

  await prepareDatabase(found, configured);
  console.log("Deploying the Worker …");
  const { address, adminKey, failure } = await deployWorker(secrets);
  if (adminKey) console.log(`\nAdmin key   ${adminKey}\nKeep it in a safe place: it is not shown again.\n`);
  if (failure) throw failure;
  const domain = await prepareDashboard(found);
  console.log(`\nDashboard   https://${domain}\nAPI         ${address ?? "see wrangler's output"}`);
}

if (flags.help) console.log(HELP);
else await orExit(deploy);
