import type { GuardrailResult, UnavailableReason } from "#model/analysis/analysis.ts";
import type { DecisionAction, DecisionReasonCode, DecisionRuleName } from "#model/analysis/decision.ts";
import type { ExperimentKind, ExperimentStatus } from "#model/experiment/experiment.ts";
import type { Effect } from "./effect.ts";

export const kindWords: Record<ExperimentKind, string> = {
  prompt: "Prompt",
  model: "Model",
  parameters: "Parameters",
  system_prompt: "System prompt",
  context: "Context",
};

export const statusWords: Record<ExperimentStatus, string> = {
  draft: "Draft",
  running: "Running",
  paused: "Paused",
  promoted: "Promoted",
  rolled_back: "Rolled back",
  stopped: "Stopped",
};

export const actionWords: Record<DecisionAction, string> = {
  continue: "Keep going",
  hold: "On hold",
  promote: "Promote",
  switch_off: "Switch off",
  rollback: "Roll back",
  stop: "Stop",
};

export const effectWords: Record<Effect, string> = {
  better: "Better",
  worse: "Worse",
  unclear: "Unclear",
  unavailable: "No result",
};

export const verdictWords: Record<GuardrailResult["verdict"], string> = {
  safe: "Safe",
  harmed: "Harmed",
  unclear: "Unclear",
};

export const ruleQuestions: Record<DecisionRuleName, string> = {
  data_trouble: "Is something wrong with the data?",
  guardrail_harmed: "Is a guardrail harmed?",
  primary_harmed: "Is the loss on the primary metric more than is tolerated?",
  live_version_changed: "Is another version live than at the start?",
  split_not_settled: "Is the split good enough for a promotion?",
  guardrail_unclear: "Does a proven winner wait for a guardrail?",
  minimum_not_reached: "Is the minimum still to be reached?",
  few_effective_units: "Do a few units outweigh all others?",
  reporting_differs: "Do the winner's units report like control's?",
  winner: "Is there a winner?",
  all_treatments_worse: "Is every treatment worse?",
  maximum_reached: "Is the budget used up?",
};

export const unavailableWords: Record<UnavailableReason, string> = {
  insufficient_data: "Too few units yet",
  zero_variance: "All of an arm's units have the same value, so there is nothing to judge the difference by",
  zero_baseline: "The control's value is zero",
  zero_denominator: "No events to divide by",
  unbounded: "The control is too uncertain for a ratio",
  bad_input: "The numbers cannot be analyzed",
};

/** Counts a noun: "1 unit", "2 units". */
export function plural(count: string, noun: string): string {
  return `${count} ${noun}${count === "1" ? "" : "s"}`;
}

export const reasonWords: Record<DecisionReasonCode, string> = {
  no_traffic: "No unit has been seen yet. Is the app asking Bakeoff for this config?",
  sample_ratio_mismatch:
    "Units are not split as planned, so no number can be trusted. Look for lost exposures.",
  too_many_multiple_exposures:
    "Too many units were seen in two variants. Is the unit the same in every call?",
  rebuild_pending:
    "A key is quarantined, and the totals still hold what came by it. They are counted anew at the next analysis.",
  guardrail_harmed: "A guardrail is proven to be harmed beyond its margin.",
  primary_harmed: "The loss on the primary metric is proven to be more than is tolerated.",
  live_version_changed:
    "A winner is proven, but another version is live than at the start. Promote it by hand, or end the experiment.",
  split_not_settled:
    "A winner is proven, but the split may be off. It is promoted once that is settled, or accepted.",
  lost_units_could_explain:
    "A winner is proven, but units may have been lost before they were recorded, and that could explain it.",
  guardrail_unclear: "A winner is proven, but a guardrail is not proven safe yet.",
  too_few_units: "Nothing is decided before the minimum number of units.",
  too_few_units_in_an_arm: "Nothing is decided before every variant has enough units.",
  too_early: "Nothing is decided before the minimum duration.",
  too_few_effective_units: "A few units have most of the events, so that the average is theirs.",
  response_rates_differ:
    "Nothing is promoted while the winner's units stay silent more or less often than control's.",
  events_per_unit_differ:
    "Nothing is promoted while the winner's units have more or fewer events each than control's.",
  superior: "Proven better on the primary metric, and no guardrail stands in the way.",
  non_inferior_with_better_objective: "Not worse than the margin allows, and better on the objective.",
  best_arm_named: "Ahead of every other variant by enough to be named the best.",
  best_levels_proven: "The levels proven best are joined in this variant.",
  primary_worse_in_every_treatment: "Every treatment is proven worse on the primary metric.",
  maximum_units_reached: "The budget of units is used up without a winner; control stays.",
  maximum_duration_reached: "The time is used up without a winner; control stays.",
  undecided: "No rule applies yet: the difference may still be chance.",
};
