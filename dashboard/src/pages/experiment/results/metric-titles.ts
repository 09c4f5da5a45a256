import type {
  Comparison,
  GuardrailResult,
  MetricAnalysis,
  VariantEstimate,
} from "../../../../../src/model/analysis.ts";
import type { MetricDefinition } from "../../../../../src/model/metric.ts";
import type { IntervalView } from "../../../components/interval-view.ts";
import { formatDifference, formatInterval, formatRelative } from "../../../format/metric-value.ts";
import { formatCount, formatExact, formatPercent, formatPValue } from "../../../format/number.ts";
import { unavailableWords } from "../../../format/words.ts";

/** 1 − α as it is said: "95%". */
export function confidenceWords(alpha: number): string {
  const percent = (1 - alpha) * 100;
  return formatPercent(1 - alpha, Math.abs(percent - Math.round(percent)) < 1e-9 ? 0 : 1);
}

/** The exact numbers behind a difference and the methods they come from. */
export function describeDifference(
  definition: MetricDefinition,
  { variant, difference }: Pick<IntervalView, "variant" | "difference">,
  alpha: number,
): string {
  const { estimate, standardError, interval, alwaysValid, pValue } = difference;
  const confidence = confidenceWords(alpha);
  return [
    `${variant}: ${formatDifference(definition, estimate, standardError)} against control (exactly ${formatExact(estimate)})`,
    `${confidence} always valid: ${formatInterval(definition, alwaysValid.interval, standardError)}, ${formatPValue(alwaysValid.pValue)}`,
    `${confidence} fixed horizon (Welch's t): ${formatInterval(definition, interval, standardError)}, ${formatPValue(pValue)}`,
  ].join("\n");
}

function describeRelative(relative: Comparison["relative"]): string {
  if (relative.status !== "ok")
    return `No relative difference: ${unavailableWords[relative.reason].toLowerCase()}`;
  const { estimate, alwaysValidInterval: interval } = relative;
  const end = (value: number | null, infinity: string) => (value === null ? infinity : formatRelative(value));
  const range = interval ? `${end(interval.lower, "−∞")} to ${end(interval.upper, "+∞")}` : "unbounded";
  return `Relative: ${formatRelative(estimate)}, always valid (Fieller) ${range}`;
}

/** The same for a comparison, or why there is none. */
export function describeComparison(metric: MetricAnalysis, comparison: Comparison, alpha: number): string {
  const { variant, difference, relative } = comparison;
  if (difference.status !== "ok") return unavailableWords[difference.reason];
  const words = describeDifference(metric.definition, { variant, difference }, alpha);
  return `${words}\n${describeRelative(relative)}`;
}

/** The exact value of one arm and what it is computed from. */
export function describeEstimate({ estimate, standardError, units, observations }: VariantEstimate): string {
  if (estimate === null) return "No value yet";
  const error = standardError === null ? "unknown" : formatExact(standardError);
  return [
    `Exactly ${formatExact(estimate)}, standard error ${error} (delta method over units)`,
    `${formatCount(units)} units, ${formatCount(observations)} observations`,
  ].join("\n");
}

/** How a guardrail's verdict came about. */
export function describeVerdict(definition: MetricDefinition, result: GuardrailResult): string {
  const { harm, tolerated, reason, verdict } = result;
  if (reason !== null || harm === null || tolerated === null) {
    return `Unclear: ${unavailableWords[reason ?? "insufficient_data"].toLowerCase()}`;
  }
  const meaning = {
    safe: "Harm beyond the margin is excluded",
    harmed: "Harm beyond the margin is proven",
    unclear: "Harm beyond the margin is neither proven nor excluded",
  }[verdict];
  const observed = formatDifference(definition, harm, null);
  const limit = formatDifference(definition, tolerated, null);
  return `${meaning} (always-valid one-sided bound). Harm seen ${observed}, tolerated ${limit}.`;
}
