import type { DecisionSource } from "#model/analysis/decision.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { Evaluation } from "#results/evaluate.ts";
import { log } from "#shared/log.ts";
import { ok, type Result } from "#shared/result.ts";
import type { Database } from "#store/database.ts";
import { storeDecision, storeSnapshot } from "#store/snapshots.ts";
import type { DueDecision } from "./pending-decisions.ts";
import { advanceRelease, promoteVariant } from "./promote-variant.ts";
import { rollBackExperiment, stopExperiment, switchOffVariant } from "./transitions.ts";

function transition(
  database: Database,
  experiment: Experiment,
  { decision, source, takenAt, summary }: DueDecision,
): Promise<Result<Experiment>> {
  const act = { actor: source, reason: summary, now: takenAt };
  switch (decision.action) {
    case "promote":
      return decision.variant === null
        ? Promise.resolve(ok(experiment))
        : promoteVariant(database, experiment, decision.variant, act);
    case "advance":
      return advanceRelease(database, experiment, act);
    case "switch_off":
      return decision.variant === null
        ? Promise.resolve(ok(experiment))
        : switchOffVariant(database, experiment, decision.variant, act);
    case "rollback":
      return rollBackExperiment(database, experiment, act);
    case "stop":
      return stopExperiment(database, experiment, act);
    case "continue":
    case "hold":
      return Promise.resolve(ok(experiment));
  }
}

function logLoss(message: string, { snapshot }: Evaluation, cause: unknown): void {
  log("error", message, { experiment: snapshot.experiment, cause });
}

/**
 * Stores an evaluation as far as it can be stored: with its totals, or else the decision alone. A failure is logged and
 * nothing else, because a decision does not depend on its evidence being on record: an act is recorded with itself.
 */
export async function recordEvaluation(
  database: Database,
  evaluation: Evaluation,
  source: DecisionSource,
): Promise<void> {
  try {
    await storeSnapshot(database, { ...evaluation.snapshot, source }, evaluation.summary);
  } catch (cause) {
    logLoss("an analysis could not be stored", evaluation, cause);
    await recordDecision(database, evaluation, source, true);
  }
}

/**
 * Stores an evaluation's decision alone. A failure is logged.
 * @param knowsEarlier false of an analysis that knows of no earlier looks: as the newest one it would lift their doubts
 */
export async function recordDecision(
  database: Database,
  evaluation: Evaluation,
  source: DecisionSource,
  knowsEarlier: boolean,
): Promise<void> {
  try {
    await storeDecision(database, { ...evaluation.snapshot, source }, evaluation.summary, knowsEarlier);
  } catch (cause) {
    logLoss("a decision could not be stored", evaluation, cause);
  }
}

/** Carries out a decision. When someone else has acted since the experiment was read, nothing happens. */
export function carryOutDecision(
  database: Database,
  experiment: Experiment,
  due: DueDecision,
): Promise<Result<Experiment>> {
  return transition(database, experiment, due);
}

/** What is to be carried out of an evaluation. */
export function dueDecisionOf({ snapshot, summary }: Evaluation, source: DecisionSource): DueDecision {
  const { decision, takenAt } = snapshot;
  return { decision, source, takenAt, summary };
}

/**
 * Stores an evaluation and carries out its decision. The snapshot comes first: cut off in between, the evidence is there
 * and the next look decides again.
 */
export async function actOnDecision(
  database: Database,
  experiment: Experiment,
  evaluation: Evaluation,
  source: DecisionSource,
): Promise<Result<Experiment>> {
  await recordEvaluation(database, evaluation, source);
  return carryOutDecision(database, experiment, dueDecisionOf(evaluation, source));
}
