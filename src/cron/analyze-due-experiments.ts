import { unitHashesOf } from "#aggregator/unit-hash.ts";
import { readWebhookSettings } from "#config";
import { continueErasures, MILLISECONDS_PER_RUN } from "#lifecycle/erase-unit.ts";
import { deliverDue } from "#lifecycle/webhooks/deliver.ts";
import { type KillSwitchNamespace, killSwitchOf, type WithheldVariant } from "#ruleset/kill-switch.ts";
import { log } from "#shared/log.ts";
import { type Database, openDatabases } from "#store/database.ts";
import { moveEarlierChunks } from "#store/event-chunks.ts";
import { listPausedPendingRebuild, listRunning, listServedTreatments } from "#store/schedule.ts";
import { recordScheduleRun } from "#store/schedule-run.ts";
import { thinSnapshots } from "#store/thin-snapshots.ts";
import { noteUnitKey } from "#store/unit-keys.ts";
import { deleteOldDeliveries } from "#store/webhook-outbox.ts";
import { DueLooks, inTurn, type Looked } from "./due-looks.ts";
import { tellApproachedLimits, watchesLimits } from "./watch-limits.ts";

/** Of the event log that earlier versions kept elsewhere, at one run. */
const CHUNKS_MOVED_AT_ONCE = 50;

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

/** Does what a run does beside the looks: what fails, or cannot begin, is told and keeps nothing else from being done. */
async function attempt(task: () => Promise<unknown>, failure: string): Promise<void> {
  try {
    await task();
  } catch (cause) {
    log("error", failure, { cause });
  }
}

/**
 * Analyzes every running experiment whose interval has passed and carries out what is decided: at once where they are few, and
 * over the minute where they are many. Safe to run twice, to overlap and to be cut off: claims and transitions are
 * conditional. One experiment's failure does not stop the others.
 */
export async function analyzeDueExperiments(environment: Env, now: number): Promise<void> {
  const began = Date.now();
  const databases = openDatabases(environment);
  const { database } = databases;
  const [running, pending] = await Promise.all([listRunning(database), listPausedPendingRebuild(database)]);
  const looks = new DueLooks(environment.AGGREGATOR, inTurn(running, pending, now), now);
  const few = await looks.takeFew();
  // Beside all that follows: nothing that is slow or fails keeps an experiment unwatched.
  const others = looks.takeMany();
  const record = (looked: Looked) =>
    attempt(
      () => recordScheduleRun(database, { startedAt: now, finishedAt: Date.now(), ...looked }),
      "the run of the schedule could not be noted",
    );
  await attempt(
    () => releaseTakenOver(environment.KILL_SWITCH, database, now),
    "the kill switch could not be cleared",
  );
  await attempt(() => thinSnapshots(database, now), "old snapshots could not be thinned");
  await attempt(
    () => moveEarlierChunks(databases, CHUNKS_MOVED_AT_ONCE),
    "the event log could not be moved to its own database",
  );
  await record(few);
  await attempt(async () => {
    const { oldestId } = unitHashesOf(environment);
    if (oldestId !== undefined) await noteUnitKey(database, oldestId);
  }, "the units' secret could not be noted");
  const services = { ...databases, aggregators: environment.AGGREGATOR, now };
  await attempt(() => continueErasures(services, MILLISECONDS_PER_RUN), "units could not be erased");
  if (watchesLimits(now))
    await attempt(() => tellApproachedLimits(databases, now), "limits could not be watched");
  const sendMessages = () =>
    attempt(async () => {
      await deliverDue(database, readWebhookSettings(environment), () => now + Date.now() - began);
      await deleteOldDeliveries(database, now);
    }, "messages could not be sent");
  await sendMessages();
  const many = await others;
  if (many.actions.length + many.failedLooks === 0) return;
  await record(many);
  await sendMessages();
}
