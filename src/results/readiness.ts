import type { UnitHashes } from "#aggregator/unit-hash.ts";
import type { Readiness } from "#contract/monitoring.ts";
import { log } from "#shared/log.ts";
import type { Result } from "#shared/result.ts";
import { within } from "#shared/within.ts";
import type { Database, Databases } from "#store/database.ts";
import { areMigrated } from "#store/migrations.ts";
import { readScheduleTotals } from "#store/schedule-run.ts";
import { countWithoutUnitKey } from "#store/unit-keys.ts";

/** Whoever asks waits for all checks, which run side by side, no longer than this. */
const TIMEOUT_MILLISECONDS = 1_000;

/** The schedule runs every minute; this many may be late or cut off. */
const MAXIMUM_LAG_MILLISECONDS = 3 * 60_000;

type Check = Readiness["checks"]["database"];

const PASSED: Check = { ok: true };
const failed = (detail: string): Check => ({ ok: false, detail });

/** Runs a check. One that fails, or takes too long, is a check that is not passed. */
async function attempt(work: () => Promise<Check>): Promise<Check> {
  try {
    return await within(TIMEOUT_MILLISECONDS, work());
  } catch (cause) {
    log("warn", "a readiness check failed", { cause });
    return failed("It could not be checked; the log of the Worker says why.");
  }
}

async function checkMigrations(databases: Databases): Promise<Check> {
  return (await areMigrated(databases)) ? PASSED : failed("Run `npm run db:migrate`, or deploy again.");
}

type ReadRuleset = () => Promise<Result<{ stale: boolean }>>;

async function checkRuleset(readRuleset: ReadRuleset): Promise<Check> {
  const served = await readRuleset();
  if (!served.ok) return failed("There is none, and the database cannot be read.");
  return served.value.stale ? failed("It is out of date, and the database cannot be read.") : PASSED;
}

async function checkSchedule(database: Database, now: number): Promise<Check> {
  const { finishedAt } = await readScheduleTotals(database);
  return now - finishedAt <= MAXIMUM_LAG_MILLISECONDS
    ? PASSED
    : failed("It has not run for more than three minutes: see the Worker's cron triggers and its log.");
}

async function checkUnitKeys(database: Database, { ids, oldestId }: UnitHashes): Promise<Check> {
  if (oldestId === undefined) return failed("BAKEOFF_FORMER_UNIT_KEYS cannot be read: the log says why.");
  const withheld = await countWithoutUnitKey(database, ids);
  return withheld === 0
    ? PASSED
    : failed(
        "The secret of an active experiment is missing, and its data are refused: add it to BAKEOFF_FORMER_UNIT_KEYS.",
      );
}

async function checkDatabase(database: Database): Promise<Check> {
  await database.run("SELECT 1");
  return PASSED;
}

/**
 * Checks whether the installation can do its work. Says nothing of what it holds: nobody needs a key to ask.
 * @param readRuleset as a request would
 */
export async function checkReadiness(
  databases: Databases,
  readRuleset: ReadRuleset,
  units: UnitHashes,
  now: number,
): Promise<Readiness> {
  const { database } = databases;
  const [reachable, migrations, ruleset, schedule, unitKeys] = await Promise.all([
    attempt(() => checkDatabase(database)),
    attempt(() => checkMigrations(databases)),
    attempt(() => checkRuleset(readRuleset)),
    attempt(() => checkSchedule(database, now)),
    attempt(() => checkUnitKeys(database, units)),
  ]);
  const checks = { database: reachable, migrations, ruleset, schedule, unitKeys };
  return { ok: Object.values(checks).every(({ ok }) => ok), checks };
}
