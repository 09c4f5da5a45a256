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
  continue: "Continue",
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
  data_trouble: "Is there a data quality problem?",
  guardrail_harmed: "Is a guardrail harmed?",
  primary_harmed: "Does the primary metric exceed its tolerated loss?",
  live_version_changed: "Has the live version changed since the start?",
  split_not_settled: "Does the split block a promotion?",
  guardrail_unclear: "Is a winner waiting for a guardrail?",
  minimum_not_reached: "Is the minimum still unreached?",
  few_effective_units: "Do a few units outweigh all others?",
  reporting_differs: "Do the winner's units report differently from control's?",
  winner: "Is there a winner?",
  all_treatments_worse: "Is every treatment worse?",
  maximum_reached: "Is the maximum reached?",
};

export const unavailableWords: Record<UnavailableReason, string> = {
  insufficient_data: "Too few units yet",
  zero_variance: "All units of a variant have the same value",
  zero_baseline: "Control's value is zero",
  zero_denominator: "The denominator is zero",
  unbounded: "Control is too uncertain for a ratio",
  bad_input: "The data cannot be analyzed",
};

export const reasonWords: Record<DecisionReasonCode, string> = {
  no_traffic: "No units yet. Check that your app requests this AI config from Bakeoff.",
  sample_ratio_mismatch:
    "The split does not match the weights, so results cannot be trusted. Check for lost exposures.",
  too_many_multiple_exposures:
    "Too many units were seen in more than one variant. Check that your app uses the same unit id in every call.",
  rebuild_pending:
    "Data was excluded, but the totals still contain it. They are recomputed at the next analysis.",
  guardrail_harmed: "A guardrail is proven to be harmed beyond its tolerance.",
  primary_harmed: "The primary metric is proven to exceed its tolerated loss.",
  live_version_changed:
    "A winner is proven, but the live version has changed since the start. Promote the winner manually or end the experiment.",
  split_not_settled:
    "A winner is proven, but the split may be off. It is promoted once the split is settled or you accept the data.",
  lost_units_could_explain:
    "A winner is proven, but units lost before they were recorded could explain the difference.",
  guardrail_unclear: "A winner is proven, but a guardrail is not proven safe yet.",
  too_few_units: "No decision before the minimum number of units.",
  too_few_units_in_an_arm: "No decision before every variant has enough units.",
  too_early: "No decision before the minimum duration.",
  too_few_effective_units: "A few units with most of the events dominate the average.",
  response_rates_differ:
    "No promotion while the winner's units report outcomes more or less often than control's.",
  events_per_unit_differ: "No promotion while the winner's units have more or fewer events than control's.",
  superior: "Proven better on the primary metric, and all guardrails are safe.",
  non_inferior_with_better_objective:
    "Proven not worse than the margin allows, and better on the metric to improve.",
  best_arm_named: "Clearly ahead of every other variant.",
  best_levels_proven: "This variant combines the levels proven best.",
  primary_worse_in_every_treatment: "Every treatment is proven worse on the primary metric.",
  maximum_units_reached:
    "The maximum number of units is reached without a winner. The live version is unchanged.",
  maximum_duration_reached:
    "The maximum duration is reached without a winner. The live version is unchanged.",
  undecided: "No decision yet: the difference may be due to chance.",
};
