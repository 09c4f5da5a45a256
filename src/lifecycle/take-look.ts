import { countPhases } from "#aggregator/client.ts";
import type { Services } from "#aggregator/services.ts";
import type { DecisionAction } from "#model/analysis/decision.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { evaluate } from "#results/evaluate.ts";
import { log } from "#shared/log.ts";
import { claimLook, type DueLook, type LookStart } from "#store/claim-look.ts";
import { advancePhase } from "./advance-phase.ts";
import { actOnDecision } from "./apply-decision.ts";
import { hasUnvouched, noteUnvouched } from "./note-unvouched.ts";
import { tryRebuild } from "./rebuild-experiment.ts";
import { announceOutlook } from "./webhooks/announce-outlook.ts";

/** A rebuild that failed or was cut off is tried again at every look; until then nothing is promoted. */
async function rebuildIfPending(services: Services, experiment: Experiment): Promise<Experiment> {
  if (experiment.rebuildPendingSince === null) return experiment;
  const reason = "a key is quarantined, a stretch of time excluded, or a metric added";
  return tryRebuild(services, experiment, { actor: "cron", reason, now: services.now });
}

/**
 * Analyzes a running experiment and carries out what is decided. One that is paused is only rebuilt: whoever is about to resume or
 * end it must not see what was to be left out. Safe to be done twice, to overlap and to be cut off: claims and
 * transitions are conditional.
 * @param due as the schedule has found it
 * @returns what was decided, or undefined where someone else looks at it, or there is no such experiment
 */
export async function takeLook(
  services: Services,
  key: string,
  due: DueLook,
): Promise<DecisionAction | undefined> {
  const start = await claimLook(services.database, key, due, services.now);
  if (start?.isClaimed) return look(services, start);
  if (start?.experiment.status === "paused") await rebuildIfPending(services, start.experiment);
  return undefined;
}

async function look(services: Services, start: LookStart): Promise<DecisionAction | undefined> {
  const { experiment: claimed, previous, liveVersion } = start;
  const { database, aggregators, now } = services;
  const experiment = await rebuildIfPending(services, claimed);
  const unvouched = hasUnvouched(services, experiment);
  // Awaited at the end, where it is of use even if it failed.
  unvouched.catch(() => undefined);
  const { totals, positions } = await countPhases(aggregators, experiment);
  const evaluation = evaluate(experiment, totals, now, { previous, liveVersion });
  const acted = await actOnDecision(database, experiment, evaluation, "cron", positions);
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
  if (acted.ok && acted.value.status === "running") {
    await announceOutlook(database, acted.value, start, analysis.units, now).catch((cause: unknown) =>
      log("error", "what an experiment will find could not be told", {
        experiment: experiment.spec.key,
        cause,
      }),
    );
  }
  try {
    if (await unvouched) await noteUnvouched(services, experiment, analysis.units);
  } catch (cause) {
    log("error", "unvouched units could not be counted", { experiment: experiment.spec.key, cause });
  }
  return decision.action;
}
