import type { DecisionRuleName, Facts, RuleEvidence } from "#model/analysis/decision.ts";
import { formatSeconds } from "#reporter/durations.ts";
import {
  formatCount,
  formatExact,
  formatFixed,
  formatPercent,
  formatPValue,
  plural,
} from "#reporter/numbers.ts";

function numberOf(facts: Facts, name: string): number | undefined {
  const fact = facts[name];
  return typeof fact === "number" ? fact : undefined;
}

function countOf(facts: Facts, name: string): string {
  return formatCount(numberOf(facts, name) ?? 0);
}

function describeDataTrouble(facts: Facts): string {
  const pValue = numberOf(facts, "sequentialPValue");
  const split = pValue === undefined ? "too few units to check the split" : `split ${formatPValue(pValue)}`;
  const limit = formatPercent(numberOf(facts, "maximumMultipleExposureShare") ?? 0);
  const crossed = formatPercent(numberOf(facts, "multipleExposureShare") ?? 0, 2);
  return `${plural(countOf(facts, "units"), "unit")}, ${split}, ${crossed} multiple exposures (limit ${limit})`;
}

function describePrimaryHarm(facts: Facts): string {
  const harmed = numberOf(facts, "harmed") ?? 0;
  const treatments = plural(countOf(facts, "treatments"), "treatment");
  return `${harmed} of ${treatments} exceed the tolerated loss`;
}

function describeLiveVersion(facts: Facts): string {
  const atStart = numberOf(facts, "atStart");
  const liveVersion = numberOf(facts, "now");
  if (atStart === undefined || liveVersion === undefined) return "Checked when a winner is promoted";
  return atStart === liveVersion
    ? `Version ${liveVersion}, as at the start`
    : `Version ${atStart} at the start, ${liveVersion} now`;
}

function describeSettledSplit(facts: Facts): string {
  const pValue = numberOf(facts, "runningPValue");
  if (pValue === undefined) return "Too few units to check the split";
  const split = `Smallest split ${formatPValue(pValue)}; a promotion needs at least ${numberOf(facts, "threshold") ?? 0}`;
  const lossPValue = numberOf(facts, "lossPValue");
  if (lossPValue === undefined) return split;
  return `${split}. With unrecorded units: ${formatPValue(lossPValue)}; a promotion needs less than ${numberOf(facts, "lossThreshold") ?? 0}`;
}

function describeWaiting(facts: Facts): string {
  if (typeof facts.metric !== "string") return "No winner is waiting for a guardrail";
  const forecast = numberOf(facts, "unitsUntilSafe");
  const expected = forecast === undefined ? "no forecast" : `safe at about ${formatCount(forecast)}`;
  return `${facts.metric} of '${facts.winner}': ${plural(countOf(facts, "units"), "unit")} so far, ${expected}`;
}

function describeGuardrails(facts: Facts): string {
  const all = numberOf(facts, "guardrails") ?? 0;
  if (all === 0) return "This experiment has no guardrails";
  const safe = numberOf(facts, "safe") ?? 0;
  const unclear = numberOf(facts, "unclear") ?? 0;
  const parts = [`${safe} safe`, `${unclear} unclear`, `${all - safe - unclear} harmed`];
  const counted = `${plural(formatCount(all), "check")}: ${parts.join(", ")}`;
  return typeof facts.metric === "string" ? `${counted}. Harmed: ${facts.metric}` : counted;
}

function describeMinimum(facts: Facts): string {
  const units = `${countOf(facts, "units")} of ${plural(countOf(facts, "minimumUnits"), "unit")}`;
  const perArm = numberOf(facts, "minimumUnitsPerArm");
  const smallest =
    perArm === undefined
      ? []
      : [`${countOf(facts, "smallestArm")} of at least ${formatCount(perArm)} in the smallest variant`];
  const minimumSeconds = numberOf(facts, "minimumDurationSeconds") ?? 0;
  const elapsed = formatSeconds(numberOf(facts, "seconds") ?? 0);
  const time = minimumSeconds === 0 ? [] : [`${elapsed} of ${formatSeconds(minimumSeconds)}`];
  return [units, ...smallest, ...time].join(", ");
}

/** Rules of the kind "best arm" compare evidence with a threshold. */
function describeLeader(facts: Facts, leader: string): string {
  const evidence = formatFixed(numberOf(facts, "evidence") ?? 0, 2);
  const threshold = formatFixed(numberOf(facts, "threshold") ?? 0, 2);
  return `'${leader}' leads with evidence ${evidence}; ${threshold} is needed`;
}

/** Rules of the kind "best levels" combine what is proven for each factor. */
function describeLevels(facts: Facts, levels: string): string {
  if (levels === "") return "No factor has a level that is proven better";
  const clash = typeof facts.clash === "string" ? `, but ${facts.clash} interact` : "";
  return `Proven best: ${levels}${clash}`;
}

function describeEffectiveUnits(facts: Facts): string {
  const effective = numberOf(facts, "effectiveUnits");
  if (effective === undefined || typeof facts.variant !== "string") return "No units yet";
  const needed = countOf(facts, "minimumEffectiveUnits");
  return `'${facts.variant}' has ${plural(formatCount(Math.floor(effective)), "effective unit")}; ${needed} are needed`;
}

function describeReporting(facts: Facts): string {
  if (typeof facts.winner !== "string") return "No winner to check yet";
  const pValue = numberOf(facts, "pValue");
  if (pValue === undefined) return `The units of '${facts.winner}' report like control's`;
  const metric = typeof facts.metric === "string" ? facts.metric : "any outcome";
  return `The units of '${facts.winner}' report ${metric} differently (${formatPValue(pValue)})`;
}

function describeWinner(facts: Facts): string {
  if (typeof facts.leader === "string") return describeLeader(facts, facts.leader);
  if (typeof facts.levels === "string") return describeLevels(facts, facts.levels);
  const better = numberOf(facts, "betterTreatments") ?? 0;
  const pValue = numberOf(facts, "adjustedPValue");
  const passing = numberOf(facts, "passingGuardrails") ?? 0;
  const metric = typeof facts.metric === "string" ? facts.metric : "the deciding metric";
  if (better === 0) return `No treatment is provably better on ${metric}`;
  const certainty = pValue === undefined ? "" : ` (${formatPValue(pValue)}, corrected)`;
  return `${plural(formatCount(better), "treatment")} better on ${metric}${certainty}, ${passing} eligible with safe guardrails`;
}

function describeWorse(facts: Facts): string {
  const all = countOf(facts, "treatments");
  return `${countOf(facts, "worseTreatments")} of ${plural(all, "treatment")} provably worse on the primary metric`;
}

function describeMaximum(facts: Facts): string {
  const maximumUnits = numberOf(facts, "maximumUnits");
  const maximumSeconds = numberOf(facts, "maximumDurationSeconds");
  const parts = [
    maximumUnits === undefined
      ? []
      : [`${countOf(facts, "units")} of at most ${plural(formatCount(maximumUnits), "unit")}`],
    maximumSeconds === undefined
      ? []
      : [`${formatSeconds(numberOf(facts, "seconds") ?? 0)} of at most ${formatSeconds(maximumSeconds)}`],
  ].flat();
  return parts.length === 0 ? "No maximum was set" : parts.join(", ");
}

const describers: Record<DecisionRuleName, (facts: Facts) => string> = {
  data_trouble: describeDataTrouble,
  guardrail_harmed: describeGuardrails,
  primary_harmed: describePrimaryHarm,
  live_version_changed: describeLiveVersion,
  split_not_settled: describeSettledSplit,
  guardrail_unclear: describeWaiting,
  minimum_not_reached: describeMinimum,
  few_effective_units: describeEffectiveUnits,
  reporting_differs: describeReporting,
  winner: describeWinner,
  all_treatments_worse: describeWorse,
  maximum_reached: describeMaximum,
};

/** What one rule saw, in words. */
export function describeEvidence({ rule, facts }: RuleEvidence): string {
  return describers[rule](facts);
}

function exactFact(value: Facts[string]): string {
  if (typeof value === "number") return formatExact(value);
  return value === null ? "none" : String(value);
}

/** The numbers that a rule looked at, as the API gives them, by name. */
export function exactFacts({ facts }: RuleEvidence): [name: string, value: string][] {
  return Object.entries(facts).map(([name, value]) => [name, exactFact(value ?? null)]);
}
