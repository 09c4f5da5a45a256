import type { Analysis } from "../model/analysis.ts";
import type { Decision, Facts } from "../model/decision.ts";
import type { ExperimentSpec } from "../model/experiment.ts";
import { explainReporting } from "./explain-reporting.ts";
import { formatCount, formatDifference, formatDuration, formatValue } from "./format.ts";

interface Told {
  spec: ExperimentSpec;
  analysis: Analysis;
  decision: Decision;
}

const number = (facts: Facts, name: string): number => {
  const value = facts[name];
  return typeof value === "number" ? value : 0;
};

/** A metric's name within a sentence: "task success", but "CSAT" and "p95 latency" as they are. */
function nameWithin({ analysis }: Told, metricKey: string): string {
  const name = analysis.metrics.find(({ metric }) => metric === metricKey)?.definition.name ?? metricKey;
  return /^\p{Lu}\P{Lu}/u.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}

/** "task success moved by −32.9 points (control 84.0 %)" for one treatment. */
function tellDifference(told: Told, metricKey: string, variant: string): string {
  const { spec, analysis } = told;
  const name = nameWithin(told, metricKey);
  const metric = analysis.metrics.find(({ metric: key }) => key === metricKey);
  const comparison = metric?.comparisons.find((candidate) => candidate.variant === variant);
  const control = metric?.variants.find((candidate) => candidate.variant === spec.control);
  if (!metric || comparison?.difference.status !== "ok" || typeof control?.estimate !== "number") return name;
  const change = formatDifference(metric.definition, comparison.difference.estimate);
  return `${name} ${change} against ${formatValue(metric.definition, control.estimate)}`;
}

function primaryKey({ spec }: Told): string {
  return spec.metrics.find(({ role }) => role === "primary")?.metric ?? "";
}

function primaryName(told: Told): string {
  return nameWithin(told, primaryKey(told));
}

function tellRemoval({ action }: Decision): string {
  return action === "switch_off" ? "Switched off" : "Rolled back";
}

function tellHarm(told: Told): string {
  const { facts } = told.decision.reason;
  const variant = told.decision.variant ?? "";
  const metric = told.analysis.metrics.find(({ metric: key }) => key === facts.metric);
  const tolerated = metric
    ? formatDifference(metric.definition, number(facts, "tolerated")).replace(/^[+−±]/, "")
    : "";
  return `'${variant}' harms the guardrail ${tellDifference(told, String(facts.metric), variant)}, more than the tolerated ${tolerated}.`;
}

function tellPrimaryHarm(told: Told): string {
  const { decision, spec } = told;
  const variant = decision.variant ?? "";
  const metric = told.analysis.metrics.find(({ metric: key }) => key === decision.reason.facts.metric);
  const tolerated = metric
    ? formatDifference(metric.definition, number(decision.reason.facts, "tolerated")).replace(/^[+−±]/, "")
    : "";
  const loss = `${tellDifference(told, primaryKey(told), variant)}, a loss of more than ${tolerated}`;
  return decision.action === "rollback" && number(decision.reason.facts, "harmed") > 1
    ? `every treatment is worse than '${spec.control}', '${variant}' most of all: ${loss}.`
    : `'${variant}' is worse than '${spec.control}': ${loss}.`;
}

/** What a proven winner is waiting for. */
function tellWaiting(told: Told): string {
  const { facts } = told.decision.reason;
  const units = formatCount(number(facts, "units"));
  const wanted =
    typeof facts.unitsUntilSafe === "number"
      ? `expected to be safe at about ${formatCount(facts.unitsUntilSafe)} units`
      : facts.cause === "insufficient_data"
        ? "too few units have this metric"
        : "no forecast as it stands";
  return `Waiting: '${String(facts.winner)}' is proven better, but the guardrail ${nameWithin(told, String(facts.metric))} is not proven safe yet (${units} units so far; ${wanted}).`;
}

/** The decision's reason as one plain sentence. Pure. */
export function explainDecision(told: Told): string {
  const { decision, spec } = told;
  const { code, facts } = decision.reason;
  const variant = decision.variant ?? "";
  switch (code) {
    case "no_traffic":
      return "On hold: no unit has been assigned since the start.";
    case "sample_ratio_mismatch":
      return "On hold: the variants' unit counts do not fit their weights, so something upstream favours one of them.";
    case "too_many_crossed_over":
      return `On hold: ${(100 * number(facts, "crossoverShare")).toFixed(1)}% of the units were seen in more than one variant.`;
    case "guardrail_harmed":
      return `${tellRemoval(decision)}: ${tellHarm(told)}`;
    case "primary_harmed":
      return `${tellRemoval(decision)}: ${tellPrimaryHarm(told)}`;
    case "live_version_changed":
      return `On hold: '${String(facts.winner)}' is proven better than version ${String(facts.atStart)}, but version ${String(facts.now)} is live by now. Promote it by hand or end the experiment.`;
    case "split_not_settled":
      return `Waiting: the variants' unit counts are further from their weights than chance explains (p = ${number(facts, "runningPValue").toPrecision(2)}); a winner is promoted once that is settled.`;
    case "guardrail_unclear":
      return tellWaiting(told);
    case "too_few_units":
      return `Collecting: ${formatCount(number(facts, "units"))} of at least ${formatCount(number(facts, "minimumUnits"))} units so far.`;
    case "too_few_units_in_an_arm":
      return `Collecting: the smallest variant has ${formatCount(number(facts, "smallestArm"))} of at least ${formatCount(number(facts, "minimumUnitsPerArm"))} units so far.`;
    case "too_early":
      return `Collecting: running for ${formatDuration(number(facts, "seconds"))} of at least ${formatDuration(number(facts, "minimumDurationSeconds"))}.`;
    case "too_few_effective_units":
    case "response_rates_differ":
    case "events_per_unit_differ":
      return explainReporting(code, facts, spec.control, (metric) => nameWithin(told, metric));
    case "superior":
      return `Promoted: '${variant}' is better than '${spec.control}': ${tellDifference(told, primaryKey(told), variant)}.`;
    case "non_inferior_with_better_objective":
      return `Promoted: '${variant}' is no worse on ${primaryName(told)} and better where it counts: ${tellDifference(told, String(facts.metric), variant)}.`;
    case "best_levels_proven":
      return `Promoted: '${variant}' joins the levels proven best (${String(facts.levels)}): ${tellDifference(told, primaryKey(told), variant)}.`;
    case "best_arm_named":
      return `Promoted: '${variant}' is ahead of every other variant: ${tellDifference(told, primaryKey(told), variant)}.`;
    case "primary_worse_in_every_treatment":
      return variant === ""
        ? `Rolled back: every treatment is worse than '${spec.control}' on ${primaryName(told)}.`
        : `Rolled back: '${variant}' is worse than '${spec.control}': ${tellDifference(told, primaryKey(told), variant)}.`;
    case "maximum_units_reached":
      return `Stopped: no proven winner after ${formatCount(number(facts, "units"))} units; '${spec.control}' stays.`;
    case "maximum_duration_reached":
      return `Stopped: no proven winner in the time given; '${spec.control}' stays.`;
    case "undecided":
      return `Undecided: ${formatCount(number(facts, "units"))} units so far, and the intervals do not exclude either side yet.`;
  }
}
