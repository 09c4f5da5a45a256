import type { DecisionRuleName, Facts, RuleEvidence } from "../../../src/model/decision.ts";
import { formatCount, formatPercent, formatPValue } from "./number.ts";
import { formatDuration } from "./time.ts";
import { plural } from "./words.ts";

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
  const limit = formatPercent(numberOf(facts, "maximumCrossoverShare") ?? 0);
  const crossed = formatPercent(numberOf(facts, "crossoverShare") ?? 0, 2);
  return `${plural(countOf(facts, "units"), "unit")}, ${split}, ${crossed} crossed over (limit ${limit})`;
}

function describeGuardrails(facts: Facts): string {
  const all = numberOf(facts, "guardrails") ?? 0;
  if (all === 0) return "This experiment has no guardrails";
  const safe = numberOf(facts, "safe") ?? 0;
  const unclear = numberOf(facts, "unclear") ?? 0;
  const parts = [`${safe} safe`, `${unclear} unclear`, `${all - safe - unclear} harmed`];
  return `${plural(formatCount(all), "check")}: ${parts.join(", ")}`;
}

function describeMinimum(facts: Facts): string {
  const units = `${countOf(facts, "units")} of ${plural(countOf(facts, "minimumUnits"), "unit")}`;
  const minimumSeconds = numberOf(facts, "minimumDurationSeconds") ?? 0;
  if (minimumSeconds === 0) return units;
  const elapsed = formatDuration((numberOf(facts, "seconds") ?? 0) * 1_000);
  return `${units}, ${elapsed} of ${formatDuration(minimumSeconds * 1_000)}`;
}

function describeWinner(facts: Facts): string {
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
      : [`${countOf(facts, "units")} of at most ${formatCount(maximumUnits)} units`],
    maximumSeconds === undefined
      ? []
      : [
          `${formatDuration((numberOf(facts, "seconds") ?? 0) * 1_000)} of at most ${formatDuration(maximumSeconds * 1_000)}`,
        ],
  ].flat();
  return parts.length === 0 ? "No maximum was set" : parts.join(", ");
}

const describers: Record<DecisionRuleName, (facts: Facts) => string> = {
  data_trouble: describeDataTrouble,
  guardrail_harmed: describeGuardrails,
  minimum_not_reached: describeMinimum,
  winner: describeWinner,
  all_treatments_worse: describeWorse,
  maximum_reached: describeMaximum,
};

/** What one rule saw, in words. */
export function describeEvidence({ rule, facts }: RuleEvidence): string {
  return describers[rule](facts);
}
