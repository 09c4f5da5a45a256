import { aggregatorName } from "#aggregator/shard-number.ts";
import { unitHashesOf } from "#aggregator/unit-hash.ts";
import { readWebhookSettings } from "#config";
import { continueErasures, MILLISECONDS_PER_RUN } from "#lifecycle/erase-unit.ts";
import { deliverDue } from "#lifecycle/webhooks/deliver.ts";
import type { DecisionAction } from "#model/analysis/decision.ts";
import { type KillSwitchNamespace, killSwitchOf, type WithheldVariant } from "#ruleset/kill-switch.ts";
import { log } from "#shared/log.ts";
import { within } from "#shared/within.ts";
import { type Database, openDatabases } from "#store/database.ts";
import { moveEarlierChunks } from "#store/event-chunks.ts";
import {
  listPausedPendingRebuild,
  listRunning,
  listServedTreatments,
  type RunningExperiment,
} from "#store/schedule.ts";
import { recordScheduleRun } from "#store/schedule-run.ts";
import { thinSnapshots } from "#store/thin-snapshots.ts";
import { noteUnitKey } from "#store/unit-keys.ts";
import { deleteOldDeliveries } from "#store/webhook-outbox.ts";

/** The schedule fires a little early or late; an analysis due within this time is not put off by a whole period. */
const SCHEDULE_TOLERANCE_MILLISECONDS = 5_000;

/** A look that has left no result after this failed or was cut off, and is repeated. */
const LOOK_TIMEOUT_MILLISECONDS = 60_000;

/** Of the event log that earlier versions kept elsewhere, at one run. */
const CHUNKS_MOVED_AT_ONCE = 50;

/** A look that takes longer keeps no other one waiting. */
const LONGEST_WAIT_MILLISECONDS = 30_000;

/** Analyses at a time, and the time after them in which the isolate does nothing but answer what has come in meanwhile. */
const CONCURRENT_ANALYSES = 5;
const REST_MILLISECONDS = 8;

function isDue(
  { analyzedAt, analysisIntervalSeconds, latestTakenAt }: RunningExperiment,
  now: number,
): boolean {
  if (analyzedAt === null) return true;
  // The clock was ahead when that look was taken. Waiting for it would leave the experiment unwatched.
  if (analyzedAt - now > LOOK_TIMEOUT_MILLISECONDS) return true;
  const hasFailed = (latestTakenAt ?? 0) < analyzedAt;
  if (hasFailed && now - analyzedAt >= LOOK_TIMEOUT_MILLISECONDS - SCHEDULE_TOLERANCE_MILLISECONDS)
    return true;
  return now - analyzedAt >= analysisIntervalSeconds * 1_000 - SCHEDULE_TOLERANCE_MILLISECONDS;
}

/** As long as replicas of the database may lag; an edge with an older ruleset keeps the entry until it has a newer one. */
const WITHHELD_AT_LEAST_MILLISECONDS = 60_000;

/** Releases what the kill switch withholds once the database says the same. */
async function releaseTakenOver(
  namespace: KillSwitchNamespace,
  database: Database,
  now: number,
): Promise<void> {
  const killSwitch = killSwitchOf(namespace);
  const old = (await killSwitch.withheld()).filter(
    (entry) => now - entry.at >= WITHHELD_AT_LEAST_MILLISECONDS,
  );
  if (old.length === 0) return;
  const served = await listServedTreatments(
    database,
    old.map(({ experiment }) => experiment),
  );
  const isStillServed = (entry: WithheldVariant) =>
    served.some(
      ({ experiment, switchedOff }) =>
        experiment === entry.experiment && !switchedOff.includes(entry.variant),
    );
  const takenOver = old.filter((entry) => !isStillServed(entry));
  if (takenOver.length > 0) await killSwitch.release(takenOver);
}

/**
 * Has an experiment's own aggregator take the look: what goes wrong with one, or takes long, concerns no other.
 * @returns what was decided, if anything was, or that the look failed
 */
async function analyzeDue(
  { AGGREGATOR }: Pick<Env, "AGGREGATOR">,
  { key, analyzedAt }: Pick<RunningExperiment, "key" | "analyzedAt">,
  now: number,
): Promise<DecisionAction | "failed" | undefined> {
  try {
    // It goes on by itself, however long it takes.
    const look = AGGREGATOR.getByName(aggregatorName(key, 0)).look(key, analyzedAt, now);
    return await within(LONGEST_WAIT_MILLISECONDS, Promise.resolve(look));
  } catch (cause) {
    log("error", "an analysis failed", { experiment: key, cause });
    return "failed";
  }
}

/** Does work for all, so many at a time, with a rest after each lot. */
async function inTurn<Item>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < items.length; first += concurrency) {
    await Promise.all(items.slice(first, first + concurrency).map(work));
    await new Promise((resolve) => setTimeout(resolve, REST_MILLISECONDS));
  }
}

/**
 * Analyzes every running experiment whose interval has passed and carries out what is decided. Safe to run twice, to
 * overlap and to be cut off: claims and transitions are conditional. One experiment's failure does not stop the others.
 */
export async function analyzeDueExperiments(environment: Env, now: number): Promise<void> {
  const began = Date.now();
  const databases = openDatabases(environment);
  const { database } = databases;
  const [running, pending] = await Promise.all([listRunning(database), listPausedPendingRebuild(database)]);
  const due = running.filter((one) => isDue(one, now));
  const paused = pending.map((key) => ({ key, analyzedAt: null }));
  const actions: DecisionAction[] = [];
  let failedLooks = 0;
  await inTurn([...due, ...paused], CONCURRENT_ANALYSES, async (one) => {
    const outcome = await analyzeDue(environment, one, now);
    if (outcome === "failed") failedLooks += 1;
    else if (outcome !== undefined) actions.push(outcome);
  });
  await releaseTakenOver(environment.KILL_SWITCH, database, now).catch((cause: unknown) =>
    log("error", "the kill switch could not be cleared", { cause }),
  );
  await thinSnapshots(database, now).catch((cause: unknown) =>
    log("error", "old snapshots could not be thinned", { cause }),
  );
  await moveEarlierChunks(databases, CHUNKS_MOVED_AT_ONCE).catch((cause: unknown) =>
    log("error", "the event log could not be moved to its own database", { cause }),
  );
  await recordScheduleRun(database, { startedAt: now, finishedAt: Date.now(), actions, failedLooks });
  const { oldestId } = unitHashesOf(environment);
  if (oldestId !== undefined)
    await noteUnitKey(database, oldestId).catch((cause: unknown) =>
      log("error", "the units' secret could not be noted", { cause }),
    );
  const services = { ...databases, aggregators: environment.AGGREGATOR, now };
  await continueErasures(services, MILLISECONDS_PER_RUN).catch((cause: unknown) =>
    log("error", "units could not be erased", { cause }),
  );
  await deliverDue(database, readWebhookSettings(environment), () => now + Date.now() - began)
    .then(() => deleteOldDeliveries(database, now))
    .catch((cause: unknown) => log("error", "messages could not be sent", { cause }));
}
