import { collectPhases } from "#aggregator/client.ts";
import type { Services } from "#aggregator/services.ts";
import type { DecisionAction } from "#model/analysis/decision.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { evaluate } from "#results/evaluate.ts";
import { log } from "#shared/log.ts";
import { findConfig } from "#store/configs.ts";
import { claimAnalysis, findExperiment } from "#store/experiments.ts";
import { findLatestAnalysis } from "#store/snapshots.ts";
import { advancePhase } from "./advance-phase.ts";
import { actOnDecision } from "./apply-decision.ts";
import { noteUnvouched } from "./note-unvouched.ts";
import { rebuildExperiment } from "./rebuild-experiment.ts";

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

/** No run of the schedule looks at an experiment later than this after the time it was due. */
const LONGEST_RUN_MILLISECONDS = 60_000;

/**
 * Whether a look is of a run of the schedule that was due before the experiment was started: its time would lie before the start.
 * Where it lies far before, the clock was ahead at the start, and the experiment must not go unwatched.
 */
function isBeforeStart({ startedAt }: Experiment, now: number): boolean {
  return startedAt !== null && now < startedAt && startedAt - now < LONGEST_RUN_MILLISECONDS;
}

/**
 * Analyzes a running experiment and carries out what is decided. One that is paused is only rebuilt: whoever is about to resume or
 * end it must not see what was to be left out. Safe to be done twice, to overlap and to be cut off: claims and
 * transitions are conditional.
 * @returns what was decided, or undefined where someone else looks at it, or there is no such experiment
 */
export async function takeLook(services: Services, key: string): Promise<DecisionAction | undefined> {
  const found = await findExperiment(services.database, key);
  if (!found.ok) return undefined;
  if (isBeforeStart(found.value, services.now)) return undefined;
  if (found.value.status === "running") return look(services, found.value);
  if (found.value.status === "paused") await rebuildIfPending(services, found.value);
  return undefined;
}

async function look(services: Services, claimed: Experiment): Promise<DecisionAction | undefined> {
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
