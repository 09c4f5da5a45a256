import { leadingTreatment } from "#decider/leading-treatment.ts";
import { type DecisionSource, isActing } from "#model/analysis/decision.ts";
import type { LogPosition } from "#model/analysis/evaluation-inputs.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { Evaluation } from "#results/evaluate.ts";
import { log } from "#shared/log.ts";
import { ok, type Result } from "#shared/result.ts";
import type { Database } from "#store/database.ts";
import { storeDecision, storeSnapshot } from "#store/snapshots.ts";
import {
  draftOf,
  type KeptEvidence,
  keepEvidence,
  type RecordedAct,
  recordUneventful,
} from "./decision-record.ts";
import type { DueDecision } from "./pending-decisions.ts";
import { advanceRelease, promoteVariant } from "./promote-variant.ts";
import { revertRelease } from "./revert-release.ts";
import { rollBackExperiment, stopExperiment, switchOffVariant } from "./transitions.ts";
import { announceHold } from "./webhooks/announce-hold.ts";

function actOf({ decision, source, takenAt, summary }: DueDecision, kept: KeptEvidence): RecordedAct {
  const decided = { ...kept, variant: decision.variant, code: decision.reason.code };
  return { actor: source, reason: summary, now: takenAt, decided };
}

function transition(
  database: Database,
  experiment: Experiment,
  { decision, leader }: DueDecision,
  act: RecordedAct,
): Promise<Result<Experiment>> {
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
        : switchOffVariant(database, experiment, decision.variant, act, leader);
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
 * @returns whether it is a decision to act, or begins a hold
 */
export async function recordEvaluation(
  database: Database,
  evaluation: Evaluation,
  source: DecisionSource,
): Promise<boolean> {
  try {
    const message = await announceHold(evaluation, source);
    return await storeSnapshot(database, { ...evaluation.snapshot, source }, evaluation.summary, message);
  } catch (cause) {
    logLoss("an analysis could not be stored", evaluation, cause);
    return recordDecision(database, evaluation, source, true);
  }
}

/**
 * Stores an evaluation's decision alone. A failure is logged.
 * @param knowsEarlier false of an analysis that knows of no earlier looks: as the newest one it would lift their doubts
 * @returns whether it is a decision to act, or begins a hold
 */
export async function recordDecision(
  database: Database,
  evaluation: Evaluation,
  source: DecisionSource,
  knowsEarlier: boolean,
): Promise<boolean> {
  try {
    return await storeDecision(
      database,
      { ...evaluation.snapshot, source },
      evaluation.summary,
      knowsEarlier,
      await announceHold(evaluation, source),
    );
  } catch (cause) {
    logLoss("a decision could not be stored", evaluation, cause);
    return isActing(evaluation.snapshot.decision.action);
  }
}

/**
 * Carries out a decision, and records it together with what it does. When someone else has acted since the experiment was read,
 * nothing happens.
 */
export function carryOutDecision(
  database: Database,
  experiment: Experiment,
  due: DueDecision,
  kept: KeptEvidence,
): Promise<Result<Experiment>> {
  return transition(database, experiment, due, actOf(due, kept));
}

/** What is to be carried out of an evaluation. */
export function dueDecisionOf(
  { snapshot, summary, inputs }: Evaluation,
  source: DecisionSource,
): DueDecision {
  const { decision, takenAt } = snapshot;
  const { spec, switchedOff } = inputs.experiment;
  const left = switchedOff.map(({ variant }) => variant);
  const leader =
    decision.action === "switch_off" && decision.variant !== null
      ? leadingTreatment({ spec, ...snapshot, switchedOff: left }, decision.variant)
      : null;
  return { decision, source, takenAt, summary, leader };
}

/** Records a decision that was refused, with the code of the refusal. A failure is logged. */
export function recordRefused(
  database: Database,
  experiment: Experiment,
  due: DueDecision,
  kept: KeptEvidence,
  code: string,
): Promise<void> {
  const draft = draftOf(experiment, actOf(due, kept), due.decision, { kind: "refused", code });
  return recordUneventful(database, draft);
}

/**
 * Stores an evaluation and carries out its decision. The snapshot comes first: cut off in between, the evidence is there
 * and the next look decides again.
 * @param positions how far the log of every shard was counted; null where that is not known
 */
export async function actOnDecision(
  database: Database,
  experiment: Experiment,
  evaluation: Evaluation,
  source: DecisionSource,
  positions: LogPosition[] | null = null,
): Promise<Result<Experiment>> {
  if (!(await recordEvaluation(database, evaluation, source))) return ok(experiment);
  const due = dueDecisionOf(evaluation, source);
  const kept = await keepEvidence(database, evaluation, positions);
  const acted = await carryOutDecision(database, experiment, due, kept);
  if (acted.ok && acted.value !== experiment) return acted;
  if (acted.ok) {
    const draft = draftOf(experiment, actOf(due, kept), due.decision, { kind: "nothing_to_do" });
    await recordUneventful(database, draft);
  } else {
    await revertRelease(database, experiment, due, due.takenAt);
    await recordRefused(database, experiment, due, kept, acted.error.code);
  }
  return acted;
}
