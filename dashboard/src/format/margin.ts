import type { GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { ExperimentSpec, Margin } from "#model/experiment/experiment.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { formatChosenDifference } from "#reporter/metric-values.ts";
import { formatShortest } from "#reporter/numbers.ts";

/** Where on the axis of differences (treatment − control) the tolerated harm ends. */
export function marginPosition(metric: MetricAnalysis, results: readonly GuardrailResult[]): number | null {
  const tolerated = results.find((result) => result.tolerated !== null)?.tolerated ?? null;
  if (tolerated !== null) return -improvementSign(metric.definition) * tolerated;
  const absolute = results.find(({ margin }) => margin.kind === "absolute");
  return absolute ? -improvementSign(metric.definition) * absolute.margin.value : null;
}

/** The tolerated harm as a signed change: "+20%" or "−2 pp". */
export function formatMargin(metric: MetricAnalysis, margin: Margin): string {
  const signed = -improvementSign(metric.definition) * margin.value;
  if (margin.kind === "absolute") return formatChosenDifference(metric.definition, signed);
  return `${formatShortest(signed * 100)}%`;
}

/** The margin that a metric is held to, where there is one: a guardrail's own, or the primary metric's of the rule. */
export function marginOf(spec: ExperimentSpec, { metric, role }: MetricAnalysis): Margin | undefined {
  if (role === "primary") return spec.rule.type === "non_inferiority" ? spec.rule.margin : undefined;
  return spec.metrics.find((planned) => planned.metric === metric && planned.role === role)?.margin;
}

/** Where that margin lies on the axis of differences; null while a relative one has no control value to scale with. */
export function marginLine(
  spec: ExperimentSpec,
  metric: MetricAnalysis,
  results: readonly GuardrailResult[],
): { at: number; harmSide: 1 | -1 } | null {
  const harmSide = improvementSign(metric.definition) > 0 ? -1 : 1;
  const margin = marginOf(spec, metric);
  if (!margin) return null;
  if (metric.role === "guardrail") {
    const at = marginPosition(metric, results);
    return at === null ? null : { at, harmSide };
  }
  const control = metric.variants.find(({ variant }) => variant === spec.control);
  const base = control?.adjustedEstimate ?? control?.estimate ?? null;
  if (margin.kind === "absolute") return { at: harmSide * margin.value, harmSide };
  return base === null ? null : { at: harmSide * margin.value * Math.abs(base), harmSide };
}
