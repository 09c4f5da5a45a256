import { unavailableWords } from "#dashboard/format/words.ts";
import type { Comparison, MetricAnalysis } from "#model/analysis/analysis.ts";
import { formatDifference, formatInterval } from "#reporter/metric-values.ts";
import { confidenceWords } from "./metric-titles.ts";

/** How a treatment's median compares with control's, as a sentence; undefined where medians are not compared. */
export function describeMedian(
  { definition }: MetricAnalysis,
  { variant, median }: Comparison,
  alpha: number,
): string | undefined {
  if (median === null) return undefined;
  if (median.status !== "ok") {
    return `The medians of ${variant} and control cannot be compared: ${unavailableWords[median.reason].toLowerCase()}.`;
  }
  const { estimate, standardError, alwaysValid } = median;
  const { lower, upper } = alwaysValid.interval;
  const isCertain = (lower !== null && lower > 0) || (upper !== null && upper < 0);
  const words = formatDifference(definition, estimate, standardError);
  const interval = formatInterval(definition, alwaysValid.interval, standardError);
  return `The median of ${variant} is ${words} vs. control's (${confidenceWords(alpha)} always valid: ${interval})${
    isCertain ? "." : "; this may still be due to chance."
  }`;
}
