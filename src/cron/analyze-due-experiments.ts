import { collectPhases } from "#aggregator/client.ts";
import type { Services } from "#aggregator/services.ts";
import type { LatestSummary } from "#contract/lists.ts";
import { advancePhase } from "#lifecycle/advance-phase.ts";
import { actOnDecision } from "#lifecycle/apply-decision.ts";
import { noteUnvouched } from "#lifecycle/note-unvouched.ts";
import { rebuildExperiment } from "#lifecycle/rebuild-experiment.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { evaluate } from "#results/evaluate.ts";
import { type KillSwitchNamespace, killSwitchOf, type WithheldVariant } from "#ruleset/kill-switch.ts";
import { compileAndPublish } from "#ruleset/publish.ts";
import { log } from "#shared/log.ts";
import { findConfig } from "#store/configs.ts";
import { type Database, openDatabase } from "#store/database.ts";
import { claimAnalysis } from "#store/experiments.ts";
import { readActive } from "#store/overview.ts";
import { readPublishedRuleset } from "#store/rulesets.ts";
import { findLatestAnalysis } from "#store/snapshots.ts";

/** The schedule fires a little early or late; an analysis due within this time is not put off by a whole period. */
const SCHEDULE_TOLERANCE_MILLISECONDS = 5_000;

/** A look that has left no result after this failed or was cut off, and is repeated. */
const LOOK_TIMEOUT_MILLISECONDS = 60_000;

function isDue(
  { experiment: { status, spec, analyzedAt }, latestSummary }: ActiveExperiment,
  now: number,
): boolean {
  if (status !== "running") return false;
  if (analyzedAt === null) return true;
  const hasFailed = (latestSummary?.takenAt ?? 0) < analyzedAt;
  if (hasFailed && now - analyzedAt >= LOOK_TIMEOUT_MILLISECONDS - SCHEDULE_TOLERANCE_MILLISECONDS)
    return true;
  return now - analyzedAt >= spec.analysisIntervalSeconds * 1_000 - SCHEDULE_TOLERANCE_MILLISECONDS;
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

async function analyze(services: Services, claimed: Experiment): Promise<void> {
  const { database, aggregators, now } = services;
  if (!(await claimAnalysis(database, claimed, now))) return;
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
}

interface ActiveExperiment {
  experiment: Experiment;
  /** Its newest stored look. */
  latestSummary: LatestSummary | null;
}

/** Heals a publication that was cut off: edges do so too, but none may be asking. */
async function publishIfMissing(binding: D1Database, database: Database, now: number): Promise<void> {
  const published = await readPublishedRuleset(binding.withSession("first-primary"), undefined);
  if (published.state === "not_compiled") await compileAndPublish(database, now);
}

/** As long as replicas of the database may lag; an edge with an older ruleset keeps the entry until it has a newer one. */
const WITHHELD_AT_LEAST_MILLISECONDS = 60_000;

/** Releases what the kill switch withholds once the database says the same. */
async function releaseTakenOver(
  namespace: KillSwitchNamespace,
  active: readonly ActiveExperiment[],
  now: number,
): Promise<void> {
  const killSwitch = killSwitchOf(namespace);
  const isStillServed = ({ experiment, variant }: WithheldVariant) =>
    active.some(
      (one) =>
        one.experiment.spec.key === experiment &&
        one.experiment.switchedOff.every((left) => left.variant !== variant),
    );
  const takenOver = (await killSwitch.withheld()).filter(
    (entry) => now - entry.at >= WITHHELD_AT_LEAST_MILLISECONDS && !isStillServed(entry),
  );
  if (takenOver.length > 0) await killSwitch.release(takenOver);
}

/**
 * Analyzes every running experiment whose interval has passed and carries out what is decided. Safe to run twice, to
 * overlap and to be cut off: claims and transitions are conditional. One experiment's failure does not stop the others.
 */
export async function analyzeDueExperiments(environment: Env, now: number): Promise<void> {
  const database = openDatabase(environment.DB);
  await publishIfMissing(environment.DB, database, now);
  const active = await readActive(database);
  const due = active.filter((one) => isDue(one, now)).map(({ experiment }) => experiment);
  const services = { database, aggregators: environment.AGGREGATOR, now };
  const results = await Promise.allSettled(due.map((experiment) => analyze(services, experiment)));
  await releaseTakenOver(environment.KILL_SWITCH, active, now).catch((cause: unknown) =>
    log("error", "the kill switch could not be cleared", { cause }),
  );
  for (const [index, result] of results.entries()) {
    if (result.status === "rejected") {
      log("error", "an analysis failed", { experiment: due[index]?.spec.key, cause: result.reason });
    }
  }
}
