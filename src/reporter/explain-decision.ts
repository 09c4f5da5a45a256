import type { DecisionReasonCode, Facts } from "#model/analysis/decision.ts";
import {
  comparisonOf,
  type DecisionContext,
  describeDifference,
  describeLosses,
  describeProven,
  describeSuspectedHarm,
  nameWithin,
} from "./describe-effects.ts";
import { formatSeconds } from "./durations.ts";
import { describeHeldWinner, explainWaiting } from "./explain-held-winner.ts";
import { explainReporting, type ReportingCode } from "./explain-reporting.ts";
import { countOf, numberOf } from "./facts.ts";
import { formatSize } from "./metric-values.ts";
import { formatChance, formatCount, formatPercent, formatPValue } from "./numbers.ts";

function primaryKey({ spec }: DecisionContext): string {
  return spec.metrics.find(({ role }) => role === "primary")?.metric ?? "";
}

function decidingKey(context: DecisionContext): string {
  const { rule } = context.spec;
  return rule.type === "non_inferiority" ? rule.objective : primaryKey(context);
}

/** What is tolerated of a metric, in its own units. */
function describeTolerance(context: DecisionContext): string {
  const { facts } = context.decision.reason;
  const metric = context.analysis.metrics.find(({ metric: key }) => key === facts.metric);
  return metric ? formatSize(metric.definition, numberOf(facts, "tolerated"), null) : "";
}

function explainGuardrailHarm(context: DecisionContext): string {
  const variant = context.decision.variant ?? "";
  const change = describeDifference(context, String(context.decision.reason.facts.metric), variant);
  return `'${variant}' harms the guardrail ${change}, more than the tolerated ${describeTolerance(context)}.`;
}

function explainPrimaryHarm(context: DecisionContext): string {
  const { decision, spec } = context;
  const variant = decision.variant ?? "";
  const change = describeDifference(context, primaryKey(context), variant);
  const loss = `${change}, a loss of more than ${describeTolerance(context)}`;
  return decision.action === "rollback" && numberOf(decision.reason.facts, "harmed") > 1
    ? `every treatment is worse than '${spec.control}', '${variant}' most of all: ${loss}.`
    : `'${variant}' is worse than '${spec.control}': ${loss}.`;
}

/** Who leaves: one treatment, or with the last one the experiment. */
function explainRemoval(context: DecisionContext): string {
  const verb = context.decision.action === "switch_off" ? "Switched off" : "Rolled back";
  const harm =
    context.decision.reason.code === "guardrail_harmed"
      ? explainGuardrailHarm(context)
      : explainPrimaryHarm(context);
  return `${verb}: ${harm}`;
}

/** The effect that a promotion is told with: what stopping at a good moment has added to the observed one is left out. */
function describeGain(context: DecisionContext): string {
  const variant = context.decision.variant ?? "";
  const key = decidingKey(context);
  const { conservativeGain } = context.decision.reason.facts;
  const metric = context.analysis.metrics.find(({ metric: candidate }) => candidate === key);
  const observed = describeDifference(context, key, variant);
  if (typeof conservativeGain !== "number" || !metric) return `${observed}.`;
  const difference = comparisonOf(metric, variant)?.difference;
  const precision = difference?.status === "ok" ? difference.standardError : null;
  const size = formatSize(metric.definition, conservativeGain, precision);
  return `${observed}. Expect ${size} or more rather than the observed change, which early stopping exaggerates.`;
}

/** Where it is an earlier look that has proven the gain; the guardrails have become safe since. */
function describeProof({ decision }: DecisionContext): string {
  const { provenAtUnits } = decision.reason.facts;
  return typeof provenAtUnits === "number" ? `, as proven at ${formatCount(provenAtUnits)} units` : "";
}

function explainPromotion(context: DecisionContext, why: string): string {
  const { facts } = context.decision.reason;
  const variant = context.decision.variant ?? "";
  const lead =
    typeof facts.runnerUp === "string" && facts.leadIsProven === false
      ? ` It is not proven better than '${facts.runnerUp}', which comes next.`
      : "";
  const losses = describeLosses(context, variant, decidingKey(context));
  return `Promoted: '${variant}' ${why}: ${describeGain(context)}${lead}${losses}`;
}

/** Units that cannot have shown their outcome yet. */
function describeWaiting(context: DecisionContext): string {
  const primary = context.analysis.metrics.find(({ role }) => role === "primary");
  const windowSeconds = primary?.definition.windowSeconds;
  if (windowSeconds === undefined || !primary?.reporting) return "";
  const waiting =
    context.analysis.units - primary.reporting.arms.reduce((sum, { exposed }) => sum + exposed, 0);
  if (waiting <= 0) return "";
  const units = waiting === 1 ? "1 more unit is" : `${formatCount(waiting)} more units are`;
  return ` ${units} in the conversion window of ${formatSeconds(windowSeconds)}.`;
}

/** What is proven already while a minimum is not reached, or no rule applies. */
function describeStanding(context: DecisionContext): string {
  const proven = describeProven(context);
  return `${describeWaiting(context)}${proven.length === 0 ? "" : ` So far ${proven.join("; ")}.`}`;
}

function explainUndecided(context: DecisionContext): string {
  const units = countOf(context.decision.reason.facts, "units");
  const proven = describeProven(context);
  const standing =
    proven.length > 0
      ? `${proven.join("; ")}. The rule needs more than that to decide`
      : `no difference on ${nameWithin(context, primaryKey(context))} is proven yet`;
  return `Undecided: ${units} units so far; ${standing}.${describeWaiting(context)}`;
}

/** Why nothing more is expected of a treatment: what the chance is computed for, and how small it is. */
function explainFutility(context: DecisionContext): string {
  const { decision, spec, analysis } = context;
  const { facts } = decision.reason;
  const metric = analysis.metrics.find(({ metric: key }) => key === facts.metric);
  const effect = metric ? formatSize(metric.definition, numberOf(facts, "effect"), null) : "";
  const name = nameWithin(context, String(facts.metric));
  const prospect = `even if '${String(facts.variant)}' were better by ${effect} on ${name}, its chance to be proven so by ${countOf(facts, "maximumUnits")} units would be ${formatChance(numberOf(facts, "chance"))}`;
  if (decision.action === "switch_off") return `Switched off: ${prospect}.`;
  const others = numberOf(facts, "treatments") > 1 ? ", and that of the others no larger" : "";
  return `Stopped: ${prospect}${others}. '${spec.control}' stays.`;
}

function explainBehind(context: DecisionContext): string {
  const { decision, analysis } = context;
  const { facts } = decision.reason;
  const metric = analysis.metrics.find(({ metric: key }) => key === facts.metric);
  const lead = metric ? ` by ${formatSize(metric.definition, numberOf(facts, "lead"), null)}` : "";
  return `Switched off: '${String(decision.variant)}' is proven worse than '${String(facts.leader)}', the best variant so far,${lead} on ${nameWithin(context, String(facts.metric))}.`;
}

/** At the maximum there may be a winner that something held until the end. */
function explainMaximum(context: DecisionContext, when: string): string {
  const held = describeHeldWinner(context);
  return held === undefined
    ? `Stopped: no proven winner ${when}; '${context.spec.control}' stays.`
    : `Stopped: nothing could be promoted ${when}. ${held} '${context.spec.control}' stays.`;
}

/** Why a variant is about to get more units: it is proven better, or the stage of its release is over. */
function describeGrowing({ spec }: DecisionContext, facts: Facts): string {
  const name = `'${String(facts.winner)}'`;
  return spec.release ? `this stage of ${name} has lasted long enough` : `${name} is proven better`;
}

function explainStagePassed(context: DecisionContext, facts: Facts): string {
  const passed = `Stage ${countOf(facts, "stage")} of ${countOf(facts, "stages")} has passed: no harm by '${context.decision.variant}' is proven with ${formatPercent(numberOf(facts, "share"))} of the units.`;
  return `${passed} The next stage gives it ${formatPercent(numberOf(facts, "nextShare"))} for at least ${formatSeconds(numberOf(facts, "nextSeconds"))}.`;
}

type Explanations = Record<DecisionReasonCode, (context: DecisionContext, facts: Facts) => string>;

const explainWith =
  (code: ReportingCode): Explanations[ReportingCode] =>
  (context, facts) =>
    explainReporting(
      code,
      facts,
      context.spec.control,
      (metric) => nameWithin(context, metric),
      context.spec.release !== undefined,
    );

const explanations: Explanations = {
  no_traffic: () => "On hold: no unit has been assigned since the start.",
  sample_ratio_mismatch: (context) =>
    `On hold: the variants' unit counts do not fit their weights, so something upstream favors one of them.${describeSuspectedHarm(context)}`,
  too_many_multiple_exposures: (context, facts) =>
    `On hold: ${formatPercent(numberOf(facts, "multipleExposureShare"), 1)} of the units were seen in more than one variant.${describeSuspectedHarm(context)}`,
  too_many_erased_units: (context, facts) =>
    `On hold: ${formatPercent(numberOf(facts, "erasedShare"), 1)} of the units were erased on request, and those that are left may differ from them. Accept the data, or end the experiment.${describeSuspectedHarm(context)}`,
  rebuild_pending: (context) =>
    `On hold: the totals are to be counted anew, because a key was quarantined, a stretch of time excluded, or a metric added. This is tried again at every analysis.${describeSuspectedHarm(context)}`,
  guardrail_harmed: explainRemoval,
  primary_harmed: explainRemoval,
  live_version_changed: (context, facts) =>
    `On hold: ${describeGrowing(context, facts)}, but it was compared while version ${String(facts.atStart)} was live, and version ${String(facts.now)} is live by now. Promote it by hand or end the experiment.${describeSuspectedHarm(context)}`,
  split_not_settled: (context, facts) =>
    `Waiting: ${describeGrowing(context, facts)}, but the variants' unit counts are further from their weights than chance explains (${formatPValue(numberOf(facts, "runningPValue"))}). Look for lost exposures, then accept the data or end the experiment.`,
  lost_units_could_explain: (_context, facts) =>
    `Waiting: '${String(facts.winner)}' is proven better among the units that have outcomes, but ${formatPercent(numberOf(facts, "unannouncedShare"))} of a variant's units are known by their outcomes only, and a loss of units that it served badly could explain the lift without showing in the split (${formatPValue(numberOf(facts, "lossPValue"))}). Log exposures when units are assigned, wait for more units, or accept the data.`,
  guardrail_unclear: explainWaiting,
  too_few_units: (context, facts) =>
    `Collecting: ${countOf(facts, "units")} of at least ${countOf(facts, "minimumUnits")} units so far.${describeStanding(context)}`,
  too_few_units_in_an_arm: (context, facts) =>
    `Collecting: the smallest variant has ${countOf(facts, "smallestArm")} of at least ${countOf(facts, "minimumUnitsPerArm")} units so far.${describeStanding(context)}`,
  too_early: (context, facts) =>
    `Collecting: running for ${formatSeconds(numberOf(facts, "seconds"))} of at least ${formatSeconds(numberOf(facts, "minimumDurationSeconds"))}.${describeStanding(context)}`,
  too_few_effective_units: explainWith("too_few_effective_units"),
  response_rates_differ: explainWith("response_rates_differ"),
  events_per_unit_differ: explainWith("events_per_unit_differ"),
  superior: (context) =>
    explainPromotion(context, `is better than '${context.spec.control}'${describeProof(context)}`),
  non_inferior_with_better_objective: (context) =>
    explainPromotion(
      context,
      `is no worse on ${nameWithin(context, primaryKey(context))} and better on its objective`,
    ),
  best_levels_proven: (context, facts) =>
    explainPromotion(context, `joins the levels proven best (${String(facts.levels)})`),
  best_arm_named: (context) => explainPromotion(context, "is ahead of every other variant"),
  stage_passed: explainStagePassed,
  release_completed: (context, facts) =>
    `Released to everybody: with ${formatPercent(numberOf(facts, "share"))} of the units for ${formatSeconds(numberOf(facts, "seconds"))} no harm by '${context.decision.variant}' is proven.`,
  primary_worse_in_every_treatment: (context) => {
    const { spec, decision } = context;
    return decision.variant === null
      ? `Rolled back: every treatment is worse than '${spec.control}' on ${nameWithin(context, primaryKey(context))}.`
      : `Rolled back: '${decision.variant}' is worse than '${spec.control}': ${describeDifference(context, primaryKey(context), decision.variant)}.`;
  },
  maximum_units_reached: (context, facts) =>
    explainMaximum(context, `after ${countOf(facts, "units")} units`),
  maximum_duration_reached: (context) => explainMaximum(context, "in the time given"),
  behind_leader: explainBehind,
  futile: explainFutility,
  undecided: explainUndecided,
};

/** The decision's reason in one or two plain sentences. Pure. */
export function explainDecision(context: DecisionContext): string {
  const { code, facts } = context.decision.reason;
  return explanations[code](context, facts);
}
