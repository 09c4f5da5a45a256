import { variantInPhase } from "#assigner/variant-in-phase.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { COMPARISON, HELD_OUT } from "#model/experiment/holdout-arms.ts";
import { type InputIssue, inputIssue } from "#shared/input-issue.ts";
import type { ExperimentLookup } from "./look-up.ts";

/**
 * The holdouts that keep units out of an experiment at a time. One that began after the experiment had ended has nothing to do with
 * it, though late outcomes may come in.
 */
function holdoutsOver(
  { config, endedAt, holdoutConfigs }: RulesetExperiment,
  experiments: Pick<ExperimentLookup, "holdoutsOn">,
  at: number,
): readonly RulesetExperiment[] {
  const holdouts = holdoutConfigs ? [] : (experiments.holdoutsOn(config) ?? []);
  if (holdouts.length === 0) return holdouts;
  return holdouts.filter(
    (holdout) =>
      (endedAt === null || endedAt > holdout.startedAt) &&
      holdout.startedAt <= at &&
      at <= (holdout.endedAt ?? at),
  );
}

/**
 * Why a holdout takes nothing of a unit: what happens after its end says nothing of what was held out. And why an experiment takes
 * nothing of it: it was held out at that time, and got neither variant.
 * @param at when it happened, epoch milliseconds
 */
export function findHoldoutIssue(
  unit: string,
  experiment: RulesetExperiment,
  experiments: Pick<ExperimentLookup, "holdoutsOn">,
  at: number,
): InputIssue | undefined {
  if (experiment.holdoutConfigs && experiment.endedAt !== null && at > experiment.endedAt) {
    return inputIssue(["timestamp"], "after_end", "this happened after the end of the holdout");
  }
  const isHeldOut = holdoutsOver(experiment, experiments, at).some(
    (holdout) => variantInPhase(holdout, 0, unit) === HELD_OUT,
  );
  if (!isHeldOut) return undefined;
  return inputIssue(["unit"], "unit_held_out", "a holdout keeps this unit out of the experiment");
}

/**
 * The holdouts in whose comparison a unit counts with what it does in an experiment.
 * @param at when it happened, epoch milliseconds
 */
export function holdoutsComparing(
  unit: string,
  experiment: RulesetExperiment,
  experiments: Pick<ExperimentLookup, "holdoutsOn">,
  at: number,
): RulesetExperiment[] {
  return holdoutsOver(experiment, experiments, at).filter(
    (holdout) => variantInPhase(holdout, 0, unit) === COMPARISON,
  );
}
