import type { IntervalView } from "#dashboard/charts/interval-view.ts";
import { unavailableWords } from "#dashboard/format/words.ts";
import type { Comparison, Difference, GuardrailResult, VariantEstimate } from "#model/analysis/analysis.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { exactInterval, exactValue, formatDifference, formatInterval } from "#reporter/metric-values.ts";
import { formatCount, formatExact, formatPercent, formatPValue, plural } from "#reporter/numbers.ts";

/** 1 − α as it is said: "95%". */
export function confidenceWords(alpha: number): string {
  const percent = (1 - alpha) * 100;
  const decimals = [0, 1, 2, 3].find((count) => Math.abs(percent - Number(percent.toFixed(count))) < 1e-9);
  return formatPercent(1 - alpha, decimals ?? 3);
}

export const methodWords: Record<Difference["method"], string> = {
  welch_t: "Welch's t over units",
  welch_t_adjusted: "Welch's t over units, adjusted for covariates",
  woodruff: "Woodruff's interval for quantiles, over units",
  stratified_by_phase: "stratified over the phases of constant weights",
};

/** One difference in one sentence, for those who hear a plot or point at it. */
export function describeDifference(
  definition: MetricDefinition,
  { variant, difference }: Pick<IntervalView, "variant" | "difference">,
  alpha: number,
): string {
  const { estimate, standardError, interval, alwaysValid } = difference;
  const confidence = confidenceWords(alpha);
  return [
    `${variant}: ${formatDifference(definition, estimate, standardError)} vs. control`,
    `${confidence} always valid ${formatInterval(definition, alwaysValid.interval, standardError)}`,
    `${confidence} fixed horizon ${formatInterval(definition, interval, standardError)}`,
  ].join("; ");
}

/** All digits of a difference and of its intervals. */
export function exactDifference(
  definition: MetricDefinition,
  { difference }: Comparison,
  alpha: number,
): string {
  if (difference.status !== "ok") return unavailableWords[difference.reason];
  const confidence = confidenceWords(alpha);
  return [
    exactValue(definition, difference.estimate),
    `${confidence} always valid: ${exactInterval(difference.alwaysValid.interval)}, p = ${formatExact(difference.alwaysValid.pValue)}`,
    `${confidence} fixed horizon: ${exactInterval(difference.interval)}, p = ${formatExact(difference.pValue)}`,
  ].join("\n");
}

/** How a difference and its intervals were computed. */
export function differenceMethod({ difference }: Comparison): string | undefined {
  if (difference.status !== "ok") return undefined;
  return `Treatment − control by ${methodWords[difference.method]}; always valid by an asymptotic confidence sequence.`;
}

/** All digits of a relative difference and of its intervals, or why there is none. */
export function exactRelative({ relative }: Comparison, alpha: number): string {
  if (relative.status !== "ok") return unavailableWords[relative.reason];
  const { estimate, interval, alwaysValidInterval } = relative;
  const confidence = confidenceWords(alpha);
  const ends = (bounds: typeof interval) => (bounds === null ? "unbounded" : exactInterval(bounds));
  return [
    `${formatExact(estimate)} of control's value`,
    `${confidence} always valid: ${ends(alwaysValidInterval)}`,
    `${confidence} fixed horizon: ${ends(interval)}`,
  ].join("\n");
}

/** All digits of one arm's value. */
export function exactEstimate(definition: MetricDefinition, { estimate, standardError }: VariantEstimate) {
  if (estimate === null) return "No value yet";
  const error = standardError === null ? "unknown" : formatExact(standardError);
  return `${exactValue(definition, estimate)}\nStandard error ${error}`;
}

/** What one arm's value is computed from. */
export function estimateMethod(definition: MetricDefinition, { units, observations }: VariantEstimate) {
  const method =
    definition.type === "quantile" ? "Quantile sketch, clustered by unit" : "Delta method over units";
  return `${method}: ${plural(formatCount(units), "unit")}, ${plural(formatCount(observations), "observation")}.`;
}

/** How an effect's word came about. */
export function describeEffect({ difference }: Comparison, alpha: number): string {
  if (difference.status !== "ok") return unavailableWords[difference.reason];
  return `Based on the ${confidenceWords(alpha)} always-valid interval (${formatPValue(difference.alwaysValid.pValue)})`;
}

/** How a guardrail's verdict came about. */
export function describeVerdict(definition: MetricDefinition, result: GuardrailResult): string {
  const { harm, tolerated, reason, verdict } = result;
  if (reason !== null || harm === null || tolerated === null) {
    return `Unclear: ${unavailableWords[reason ?? "insufficient_data"].toLowerCase()}`;
  }
  const meaning = {
    safe: "Harm beyond the tolerance is ruled out",
    harmed: "Harm beyond the tolerance is proven",
    unclear: "Harm beyond the tolerance is neither proven nor ruled out",
  }[verdict];
  const observed = formatDifference(definition, harm, null);
  const limit = formatDifference(definition, tolerated, null);
  return `${meaning} (always-valid one-sided bound). Observed change ${observed}, tolerance ${limit}.`;
}
