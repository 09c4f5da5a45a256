import type { DecisionAction, DecisionReasonCode, DecisionRuleName } from "#model/analysis/decision.ts";

export const actionLabels: Record<DecisionAction, string> = {
  continue: "Continue",
  hold: "On hold",
  promote: "Promote",
  advance: "Next stage",
  switch_off: "Switch off",
  rollback: "Roll back",
  stop: "Stop",
};

/** What has been found and is carried out when the next analysis is stored. */
export const pendingLabels: Partial<Record<DecisionAction, string>> = {
  promote: "Ready to promote",
  advance: "Ready for the next stage",
  rollback: "Ready to roll back",
  switch_off: "Ready to switch off",
  stop: "Ready to stop",
};

/** What each check asks; its evidence is in `describe-evidence.ts`. */
export const checkQuestions: Record<DecisionRuleName, string> = {
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
  stage_passed: "Has the stage of the release passed?",
  all_treatments_worse: "Is every treatment worse?",
  maximum_reached: "Is the maximum reached?",
  behind_leader: "Is a treatment behind the leader?",
  futility: "Is a win by the maximum out of reach?",
};

/** A reason without its numbers, where a list has no room for them; `explain-decision.ts` has the whole sentence. */
export const reasonLabels: Record<DecisionReasonCode, string> = {
  no_traffic: "No units yet. Check that your app requests this AI config from Bakeoff.",
  sample_ratio_mismatch:
    "The split does not match the weights, so results cannot be trusted. Check for lost exposures.",
  too_many_multiple_exposures:
    "Too many units were seen in more than one variant. Check that your app uses the same unit id in every call.",
  too_many_erased_units:
    "Too many units were erased on request: those that are left may differ from them. Accept the data or end the experiment.",
  rebuild_pending:
    "Data was excluded or a metric added, and the totals are not recomputed yet. That is tried at every analysis.",
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
  stage_passed: "The stage has passed without proven harm. The next one goes on with more units.",
  release_completed: "The last stage has passed without proven harm. The new version is live for everybody.",
  primary_worse_in_every_treatment: "Every treatment is proven worse on the primary metric.",
  maximum_units_reached:
    "The maximum number of units is reached without a winner. The live version is unchanged.",
  maximum_duration_reached:
    "The maximum duration is reached without a winner. The live version is unchanged.",
  behind_leader: "Proven worse than the best variant so far.",
  futile: "Too small a chance is left to prove an improvement by the maximum number of units.",
  undecided: "No decision yet: the difference may be due to chance.",
};
