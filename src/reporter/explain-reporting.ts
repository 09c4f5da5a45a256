import type { DecisionReasonCode, Facts } from "#model/analysis/decision.ts";
import { countOf, numberOf } from "./facts.ts";
import { formatCount, formatFixed, formatPercent } from "./numbers.ts";

export type ReportingCode = Extract<
  DecisionReasonCode,
  "too_few_effective_units" | "response_rates_differ" | "events_per_unit_differ"
>;

const points = (share: number): string => `${formatFixed(100 * Math.abs(share), 1)} points`;

/**
 * Why data that are not reported evenly decide nothing, as a sentence.
 * @param nameOf a metric's name within a sentence
 * @param isRelease whether it keeps a stage of a release from passing, rather than a winner from being promoted
 */
export function explainReporting(
  code: ReportingCode,
  facts: Facts,
  control: string,
  nameOf: (metric: string) => string,
  isRelease = false,
): string {
  const difference = numberOf(facts, "difference");
  const metric = typeof facts.metric === "string" ? nameOf(facts.metric) : "any outcome";
  const winner = `'${String(facts.winner)}'`;
  const lead = isRelease
    ? `Waiting: the stage of ${winner} has lasted long enough`
    : `Not promoted: ${winner} is ahead`;
  switch (code) {
    case "too_few_effective_units": {
      const share = formatPercent(numberOf(facts, "largestShareAtLeast"));
      const worth = formatCount(Math.floor(numberOf(facts, "effectiveUnits")));
      const needed = countOf(facts, "minimumEffectiveUnits");
      return `Undecided: one unit of '${String(facts.variant)}' has at least ${share} of its events of ${metric}, so that its units weigh no more than ${worth} equal ones; a decision needs ${needed}.`;
    }
    case "response_rates_differ":
      return `${lead}, but ${points(difference)} ${difference < 0 ? "fewer" : "more"} of its units than of '${control}' report ${metric}. Who stays silent may be worse off.`;
    case "events_per_unit_differ":
      return `${lead}, but its units report ${metric} ${formatFixed(Math.abs(difference), 2)} times ${difference < 0 ? "less" : "more"} often each than those of '${control}', which moves an average over events by itself. Measure it per unit, or accept this in the next experiment.`;
  }
}
