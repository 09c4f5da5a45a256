import type { DecisionRuleName, Facts, RuleEvidence } from "#model/analysis/decision.ts";
import { formatSeconds } from "./durations.ts";
import { countOf, findNumber, numberOf } from "./facts.ts";
import {
  formatChance,
  formatCount,
  formatExact,
  formatFixed,
  formatPercent,
  formatPValue,
  plural,
} from "./numbers.ts";

const limitOfErased = (facts: Facts) => formatPercent(numberOf(facts, "maximumErasedShare"));

function describeDataTrouble(facts: Facts): string {
  const pValue = findNumber(facts, "sequentialPValue");
  const split = pValue === undefined ? "too few units to check the split" : `split ${formatPValue(pValue)}`;
  const limit = formatPercent(numberOf(facts, "maximumMultipleExposureShare"));
  const crossed = formatPercent(numberOf(facts, "multipleExposureShare"), 2);
  const units = plural(countOf(facts, "units"), "unit");
  const erased = findNumber(facts, "erasedShare") ?? 0;
  const erasedText =
    erased === 0 ? "" : `, ${formatPercent(erased, 2)} erased (limit ${limitOfErased(facts)})`;
  return `${units}, ${split}, ${crossed} multiple exposures (limit ${limit})${erasedText}`;
}

function describePrimaryHarm(facts: Facts): string {
  const harmed = numberOf(facts, "harmed");
  const treatments = plural(countOf(facts, "treatments"), "treatment");
  return `${harmed} of ${treatments} exceed the tolerated loss`;
}

function describeLiveVersion(facts: Facts): string {
  const atStart = findNumber(facts, "atStart");
  const liveVersion = findNumber(facts, "now");
  if (atStart === undefined || liveVersion === undefined) return "Checked when a winner is promoted";
  return atStart === liveVersion
    ? `Version ${liveVersion}, as at the start`
    : `Version ${atStart} at the start, ${liveVersion} now`;
}

function describeSettledSplit(facts: Facts): string {
  const pValue = findNumber(facts, "runningPValue");
  if (pValue === undefined) return "Too few units to check the split";
  const split = `Smallest split ${formatPValue(pValue)}; a promotion needs at least ${numberOf(facts, "threshold")}`;
  const lossPValue = findNumber(facts, "lossPValue");
  if (lossPValue === undefined) return split;
  return `${split}. With unrecorded units: ${formatPValue(lossPValue)}; a promotion needs less than ${numberOf(facts, "lossThreshold")}`;
}

function describeWaiting(facts: Facts): string {
  if (typeof facts.metric !== "string") return "No winner is waiting for a guardrail";
  const forecast = findNumber(facts, "unitsUntilSafe");
  const expected = forecast === undefined ? "no forecast" : `safe at about ${formatCount(forecast)}`;
  return `${facts.metric} of '${facts.winner}': ${plural(countOf(facts, "units"), "unit")} so far, ${expected}`;
}

function describeGuardrails(facts: Facts): string {
  const all = numberOf(facts, "guardrails");
  if (all === 0) return "This experiment has no guardrails";
  const safe = numberOf(facts, "safe");
  const unclear = numberOf(facts, "unclear");
  const parts = [`${safe} safe`, `${unclear} unclear`, `${all - safe - unclear} harmed`];
  const counted = `${plural(formatCount(all), "check")}: ${parts.join(", ")}`;
  return typeof facts.metric === "string" ? `${counted}. Harmed: ${facts.metric}` : counted;
}

function describeMinimum(facts: Facts): string {
  const units = `${countOf(facts, "units")} of ${plural(countOf(facts, "minimumUnits"), "unit")}`;
  const perArm = findNumber(facts, "minimumUnitsPerArm");
  const smallest =
    perArm === undefined
      ? []
      : [`${countOf(facts, "smallestArm")} of at least ${formatCount(perArm)} in the smallest variant`];
  const minimumSeconds = numberOf(facts, "minimumDurationSeconds");
  const elapsed = formatSeconds(numberOf(facts, "seconds"));
  const time = minimumSeconds === 0 ? [] : [`${elapsed} of ${formatSeconds(minimumSeconds)}`];
  return [units, ...smallest, ...time].join(", ");
}

/** Rules of the kind "best arm" compare evidence with a threshold. */
function describeLeader(facts: Facts, leader: string): string {
  const evidence = formatFixed(numberOf(facts, "evidence"), 2);
  const threshold = formatFixed(numberOf(facts, "threshold"), 2);
  return `'${leader}' leads with evidence ${evidence}; ${threshold} is needed`;
}

/** Rules of the kind "best levels" combine what is proven for each factor. */
function describeLevels(facts: Facts, levels: string): string {
  if (levels === "") return "No factor has a level that is proven better";
  const clash = typeof facts.clash === "string" ? `, but ${facts.clash} interact` : "";
  return `Proven best: ${levels}${clash}`;
}

function describeEffectiveUnits(facts: Facts): string {
  const effective = findNumber(facts, "effectiveUnits");
  if (effective === undefined || typeof facts.variant !== "string") return "No units yet";
  const needed = countOf(facts, "minimumEffectiveUnits");
  return `'${facts.variant}' has ${plural(formatCount(Math.floor(effective)), "effective unit")}; ${needed} are needed`;
}

function describeReporting(facts: Facts): string {
  if (typeof facts.winner !== "string") return "No winner to check yet";
  const pValue = findNumber(facts, "pValue");
  if (pValue === undefined) return `The units of '${facts.winner}' report like control's`;
  const metric = typeof facts.metric === "string" ? facts.metric : "any outcome";
  return `The units of '${facts.winner}' report ${metric} differently (${formatPValue(pValue)})`;
}

function describeWinner(facts: Facts): string {
  if (typeof facts.leader === "string") return describeLeader(facts, facts.leader);
  if (typeof facts.levels === "string") return describeLevels(facts, facts.levels);
  const better = numberOf(facts, "betterTreatments");
  const pValue = findNumber(facts, "adjustedPValue");
  const passing = numberOf(facts, "passingGuardrails");
  const metric = typeof facts.metric === "string" ? facts.metric : "the deciding metric";
  if (better === 0) return `No treatment is provably better on ${metric}`;
  const units = findNumber(facts, "provenAtUnits");
  const when = units === undefined ? "" : `, at ${formatCount(units)} units`;
  const certainty = pValue === undefined ? "" : ` (${formatPValue(pValue)}, corrected${when})`;
  return `${plural(formatCount(better), "treatment")} better on ${metric}${certainty}, ${passing} eligible with safe guardrails`;
}

function describeWorse(facts: Facts): string {
  const all = countOf(facts, "treatments");
  return `${countOf(facts, "worseTreatments")} of ${plural(all, "treatment")} provably worse on the primary metric`;
}

function describeMaximum(facts: Facts): string {
  const maximumUnits = findNumber(facts, "maximumUnits");
  const maximumSeconds = findNumber(facts, "maximumDurationSeconds");
  const parts = [
    maximumUnits === undefined
      ? []
      : [`${countOf(facts, "units")} of at most ${plural(formatCount(maximumUnits), "unit")}`],
    maximumSeconds === undefined
      ? []
      : [`${formatSeconds(numberOf(facts, "seconds"))} of at most ${formatSeconds(maximumSeconds)}`],
  ].flat();
  return parts.length === 0 ? "No maximum was set" : parts.join(", ");
}

function describeBehind(facts: Facts): string {
  const pValue = findNumber(facts, "pValue");
  if (pValue === undefined || typeof facts.variant !== "string") return "Nothing to compare at this look";
  return `'${facts.variant}' is behind '${String(facts.leader)}' (${formatPValue(pValue)}); below ${formatExact(numberOf(facts, "level"))} it leaves`;
}

function describeFutility(facts: Facts): string {
  const chance = findNumber(facts, "chance");
  if (chance === undefined || typeof facts.variant !== "string") return "Not computed at this look";
  const limit = formatPercent(numberOf(facts, "smallestChance"));
  return `'${facts.variant}' has a chance of ${formatChance(chance)} to be proven better by ${plural(countOf(facts, "maximumUnits"), "unit")}; below ${limit} it is given up`;
}

function describeStage(facts: Facts): string {
  const stages = findNumber(facts, "stages");
  if (stages === undefined) return "No stage of a release";
  return `Stage ${countOf(facts, "stage")} of ${formatCount(stages)}, ${formatPercent(numberOf(facts, "share"))} of the units for at least ${formatSeconds(numberOf(facts, "seconds"))}`;
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
  stage_passed: describeStage,
  all_treatments_worse: describeWorse,
  maximum_reached: describeMaximum,
  behind_leader: describeBehind,
  futility: describeFutility,
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
