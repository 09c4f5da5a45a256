import type { GuardrailResult, MetricAnalysis } from "../../../src/model/analysis.ts";
import type { Margin } from "../../../src/model/experiment.ts";
import { goodSign } from "./effect.ts";
import { formatChosenDifference } from "./metric-value.ts";
import { formatShortest } from "./number.ts";

/** Where on the axis of differences (treatment − control) the tolerated harm ends. */
export function marginPosition(metric: MetricAnalysis, results: readonly GuardrailResult[]): number | null {
  const tolerated = results.find((result) => result.tolerated !== null)?.tolerated ?? null;
  if (tolerated !== null) return -goodSign(metric.definition) * tolerated;
  const absolute = results.find(({ margin }) => margin.kind === "absolute");
  return absolute ? -goodSign(metric.definition) * absolute.margin.value : null;
}

/** The tolerated harm as a signed change: "+20%" or "−2 pp". */
export function formatMargin(metric: MetricAnalysis, margin: Margin): string {
  const signed = -goodSign(metric.definition) * margin.value;
  if (margin.kind === "absolute") return formatChosenDifference(metric.definition, signed);
  return `${formatShortest(signed * 100)}%`;
}
