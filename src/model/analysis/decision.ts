import * as z from "zod";
import { epochMillisecondsSchema, resourceKeySchema } from "../identifiers.ts";
import { analysisSchema, guardrailResultSchema } from "./analysis.ts";
import { experimentTotalsSchema } from "./moments.ts";

export const decisionActionSchema = z.enum([
  "continue",
  "hold",
  "promote",
  "advance",
  "switch_off",
  "rollback",
  "stop",
]);
export type DecisionAction = z.infer<typeof decisionActionSchema>;

/** Whether a decision changes its experiment. */
export function isActing(action: DecisionAction): boolean {
  return action !== "continue" && action !== "hold";
}

/** The rules in the order in which they are asked; the first that applies decides. */
export const decisionRuleNameSchema = z.enum([
  "guardrail_harmed",
  "primary_harmed",
  "data_trouble",
  "few_effective_units",
  "all_treatments_worse",
  "minimum_not_reached",
  "live_version_changed",
  "split_not_settled",
  "reporting_differs",
  "winner",
  "stage_passed",
  "maximum_reached",
  "futility",
  "behind_leader",
  "guardrail_unclear",
]);
export type DecisionRuleName = z.infer<typeof decisionRuleNameSchema>;

export const decisionReasonCodeSchema = z.enum([
  "no_traffic",
  "sample_ratio_mismatch",
  "too_many_multiple_exposures",
  "too_many_erased_units",
  "rebuild_pending",
  "guardrail_harmed",
  "primary_harmed",
  "live_version_changed",
  "split_not_settled",
  "lost_units_could_explain",
  "guardrail_unclear",
  "too_few_units",
  "too_few_units_in_an_arm",
  "too_early",
  "too_few_effective_units",
  "response_rates_differ",
  "events_per_unit_differ",
  "superior",
  "non_inferior_with_better_objective",
  "best_levels_proven",
  "best_arm_named",
  "stage_passed",
  "release_completed",
  "primary_worse_in_every_treatment",
  "maximum_units_reached",
  "maximum_duration_reached",
  "futile",
  "behind_leader",
  "undecided",
]);
export type DecisionReasonCode = z.infer<typeof decisionReasonCodeSchema>;

/** The numbers a rule looked at, by name. */
export const factsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type Facts = z.infer<typeof factsSchema>;

export const ruleEvidenceSchema = z.strictObject({
  rule: decisionRuleNameSchema,
  applies: z.boolean(),
  facts: factsSchema,
});
export type RuleEvidence = z.infer<typeof ruleEvidenceSchema>;

export const decisionSchema = z
  .strictObject({
    action: decisionActionSchema,
    /** The variant that wins (`promote`), goes on in a larger stage (`advance`), leaves (`switch_off`), or does harm (`rollback`). */
    variant: resourceKeySchema.nullable(),
    reason: z.strictObject({ code: decisionReasonCodeSchema, facts: factsSchema }),
    /** Every rule with what it saw, also those after the one that decided. */
    evidence: z.array(ruleEvidenceSchema),
  })
  .meta({ id: "Decision" });
export type Decision = z.infer<typeof decisionSchema>;

/** Who looked: the schedule, or the aggregator right after new data. */
export const decisionSourceSchema = z.enum(["cron", "guardrail"]);
export type DecisionSource = z.infer<typeof decisionSourceSchema>;

/** One stored analysis, complete enough to compute its decision again. */
export const snapshotSchema = z
  .strictObject({
    experiment: resourceKeySchema,
    takenAt: epochMillisecondsSchema,
    source: decisionSourceSchema,
    /** The totals of the open phase of weights, and before it those of all closed ones together, where there are any. */
    phases: z.array(experimentTotalsSchema),
    analysis: analysisSchema,
    guardrails: z.array(guardrailResultSchema),
    decision: decisionSchema,
  })
  .meta({ id: "Snapshot" });
export type Snapshot = z.infer<typeof snapshotSchema>;

/** A stored decision as it is listed. */
export const decisionRecordSchema = z
  .strictObject({
    experiment: resourceKeySchema,
    takenAt: epochMillisecondsSchema,
    source: decisionSourceSchema,
    decision: decisionSchema,
    /** The reason as a sentence. */
    summary: z.string(),
    /** Whether what it was computed from is on record, so that it can be replayed. */
    isRecorded: z.boolean().default(false),
  })
  .meta({ id: "DecisionRecord" });
export type DecisionRecord = z.infer<typeof decisionRecordSchema>;
