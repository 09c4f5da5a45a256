import { collectPhases } from "#aggregator/client.ts";
import type { Services } from "#aggregator/services.ts";
import { advancePhase } from "#lifecycle/advance-phase.ts";
import { actOnDecision } from "#lifecycle/apply-decision.ts";
import { noteUnvouched } from "#lifecycle/note-unvouched.ts";
import { rebuildExperiment } from "#lifecycle/rebuild-experiment.ts";
import type { DecisionAction } from "#model/analysis/decision.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { evaluate } from "#results/evaluate.ts";
import { type KillSwitchNamespace, killSwitchOf, type WithheldVariant } from "#ruleset/kill-switch.ts";
import { log } from "#shared/log.ts";
import { findConfig } from "#store/configs.ts";
import { type Database, openDatabases } from "#store/database.ts";
import { moveEarlierChunks } from "#store/event-chunks.ts";
import { claimAnalysis, findExperiment } from "#store/experiments.ts";
import { listRunning, listServedTreatments, type RunningExperiment } from "#store/schedule.ts";
import { recordScheduleRun } from "#store/schedule-run.ts";
import { findLatestAnalysis } from "#store/snapshots.ts";
import { thinSnapshots } from "#store/thin-snapshots.ts";

/** The schedule fires a little early or late; an analysis due within this time is not put off by a whole period. */
const SCHEDULE_TOLERANCE_MILLISECONDS = 5_000;

/** A look that has left no result after this failed or was cut off, and is repeated. */
const LOOK_TIMEOUT_MILLISECONDS = 60_000;

/** Of the event log that earlier versions kept elsewhere, at one run. */
const CHUNKS_MOVED_AT_ONCE = 50;

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

/** A rebuild that failed or was cut off is tried again at every look; until then nothing is promoted. */
async function rebuildIfPending(services: Services, experiment: Experiment): Promise<Experiment> {
  if (experiment.rebuildPendingSince === null) return experiment;
  try {
    const act = {
      actor: "cron",
      reason: "a key is quarantined or a stretch of time excluded",
      now: services.now,
    };
    const rebuilt = await rebuildExperiment(services, experiment, act);
    return rebuilt.ok ? rebuilt.value : experiment;
  } catch (cause) {
    const { key } = experiment.spec;
    log("error", "an experiment could not be rebuilt", { experiment: key, cause });
    return experiment;
  }
}

/** @returns what was decided, or undefined where someone else looks at it */
async function analyze(services: Services, claimed: Experiment): Promise<DecisionAction | undefined> {
  const { database, aggregators, now } = services;
  if (!(await claimAnalysis(database, claimed, now))) return undefined;
  const experiment = await rebuildIfPending(services, claimed);
  const totals = await collectPhases(aggregators, experiment);
  const [previous, config] = await Promise.all([
    findLatestAnalysis(database, experiment.spec.key),
    findConfig(database, experiment.spec.config),
  ]);
  const liveVersion = config.ok ? config.value.liveVersion : undefined;
  const evaluation = evaluate(experiment, totals, now, { previous, liveVersion });
  const acted = await actOnDecision(database, experiment, evaluation, "cron");
  const { analysis, decision } = evaluation.snapshot;
  if (acted.ok && decision.action === "continue") {
    await advancePhase(database, acted.value, analysis, now);
  }
  // Someone else acted first, or the claim itself is the only change: both are fine.
  if (!acted.ok && acted.error.code !== "revision_conflict") {
    log("error", "a decision could not be carried out", {
      experiment: experiment.spec.key,
      reason: acted.error.code,
    });
  }
  await noteUnvouched(services, experiment, analysis.units).catch((cause: unknown) =>
    log("error", "unvouched units could not be counted", { experiment: experiment.spec.key, cause }),
  );
  return decision.action;
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

/** @returns what was decided, if anything was, or that the analysis failed */
async function analyzeDue(services: Services, key: string): Promise<DecisionAction | "failed" | undefined> {
  try {
    const experiment = await findExperiment(services.database, key);
    return experiment.ok ? await analyze(services, experiment.value) : undefined;
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
  const databases = openDatabases(environment);
  const { database } = databases;
  const running = await listRunning(database);
  const due = running.filter((one) => isDue(one, now)).map(({ key }) => key);
  const services = { ...databases, aggregators: environment.AGGREGATOR, now };
  const actions: DecisionAction[] = [];
  let failedLooks = 0;
  await inTurn(due, CONCURRENT_ANALYSES, async (key) => {
    const outcome = await analyzeDue(services, key);
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
}
