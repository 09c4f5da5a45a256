import { z } from "zod";
import { conclusion } from "../experiment/experiment.ts";
import { epochMilliseconds, metricKey, resourceKey } from "../identifiers.ts";
import { analysis, guardrailResult, interval } from "./analysis.ts";
import { experimentTotals } from "./moments.ts";

export const decisionAction = z.enum(["continue", "hold", "promote", "switch_off", "rollback", "stop"]);
export type DecisionAction = z.infer<typeof decisionAction>;

/** The rules in the order in which they are asked; the first that applies decides. */
export const decisionRuleName = z.enum([
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
  "maximum_reached",
  "guardrail_unclear",
]);
export type DecisionRuleName = z.infer<typeof decisionRuleName>;

export const decisionReasonCode = z.enum([
  "no_traffic",
  "sample_ratio_mismatch",
  "too_many_crossed_over",
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
  "primary_worse_in_every_treatment",
  "maximum_units_reached",
  "maximum_duration_reached",
  "undecided",
]);
export type DecisionReasonCode = z.infer<typeof decisionReasonCode>;

/** The numbers a rule looked at, by name. */
export const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type Facts = z.infer<typeof facts>;

export const ruleEvidence = z.strictObject({ rule: decisionRuleName, applies: z.boolean(), facts });
export type RuleEvidence = z.infer<typeof ruleEvidence>;

export const decision = z
  .strictObject({
    action: decisionAction,
    /** The variant that wins (`promote`), or the one that does harm (`switch_off`: it leaves; `rollback`: none is left). */
    variant: resourceKey.nullable(),
    reason: z.strictObject({ code: decisionReasonCode, facts }),
    /** Every rule with what it saw, also those after the one that decided. */
    evidence: z.array(ruleEvidence),
  })
  .meta({ id: "Decision" });
export type Decision = z.infer<typeof decision>;

/** Who looked: the schedule, or the aggregator right after new data. */
export const decisionSource = z.enum(["cron", "guardrail"]);
export type DecisionSource = z.infer<typeof decisionSource>;

/** One stored analysis, complete enough to compute its decision again. */
export const snapshot = z
  .strictObject({
    experiment: resourceKey,
    takenAt: epochMilliseconds,
    source: decisionSource,
    /** The totals of every period of constant weights; one where weights are fixed. */
    periods: z.array(experimentTotals),
    analysis,
    guardrails: z.array(guardrailResult),
    decision,
  })
  .meta({ id: "Snapshot" });
export type Snapshot = z.infer<typeof snapshot>;

/** A stored decision as it is listed. */
export const decisionRecord = z
  .strictObject({
    experiment: resourceKey,
    takenAt: epochMilliseconds,
    source: decisionSource,
    decision,
    /** The reason as a sentence. */
    summary: z.string(),
  })
  .meta({ id: "DecisionRecord" });
export type DecisionRecord = z.infer<typeof decisionRecord>;

/** Evidence by client keys whose units nobody vouches for: it is counted apart, and decides nothing. */
export const unvouchedEvidence = z.strictObject({
  units: z.int().nonnegative(),
  events: z.int().nonnegative(),
  /** Events and exposures by client keys that were refused. */
  rejected: z.int().nonnegative(),
  /** The primary metric, and what each treatment would differ by on it; null where that cannot be computed. */
  metric: metricKey.nullable(),
  comparisons: z.array(
    z.strictObject({
      variant: resourceKey,
      estimate: z.number().nullable(),
      /** Valid at every look. */
      interval: interval.nullable(),
    }),
  ),
  /** The same as a sentence. */
  summary: z.string(),
});
export type UnvouchedEvidence = z.infer<typeof unvouchedEvidence>;

/** Of an ended experiment: as of the decision that ended it, or with all that has come in since. */
export const resultsTime = z.enum(["decision", "now"]);
export type ResultsTime = z.infer<typeof resultsTime>;

/** What the results route answers: the newest numbers of a running experiment, or those it ended with. */
export const experimentResults = z
  .strictObject({
    experiment: resourceKey,
    /** False once the experiment has ended: the numbers are those that decided. */
    live: z.boolean(),
    takenAt: epochMilliseconds,
    analysis,
    guardrails: z.array(guardrailResult),
    decision,
    summary: z.string(),
    /** When the newest event happened that these numbers hold. */
    lastEventAt: epochMilliseconds.nullable(),
    conclusion: conclusion.nullable(),
    /** Null where there is none. */
    unvouched: unvouchedEvidence.nullable().default(null),
  })
  .meta({ id: "ExperimentResults" });
export type ExperimentResults = z.infer<typeof experimentResults>;
