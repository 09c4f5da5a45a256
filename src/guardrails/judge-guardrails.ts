import { excessHarm } from "../analyzer/non-inferiority.ts";
import type { Analysis, GuardrailResult, MetricAnalysis } from "../model/analysis.ts";
import { type ExperimentSpec, guardrailUnitsOfPair, type Margin } from "../model/experiment.ts";

function judge(
  spec: ExperimentSpec,
  metric: MetricAnalysis,
  margin: Margin,
  variant: string,
): GuardrailResult {
  const result = excessHarm(metric, spec.control, variant, margin, {
    alpha: spec.alpha,
    plannedUnits: guardrailUnitsOfPair(spec, variant),
  });
  const common = { metric: metric.metric, variant, margin };
  if ("reason" in result) {
    const excess = { lower: null, upper: null };
    return { ...common, verdict: "unclear", harm: null, tolerated: null, excess, reason: result.reason };
  }
  const { lower, upper } = result.excess;
  const verdict = lower !== null && lower > 0 ? "harmed" : upper !== null && upper < 0 ? "safe" : "unclear";
  return { ...common, verdict, ...result, reason: null };
}

/**
 * Judges every guardrail for every treatment by always-valid one-sided bounds. `safe` means that harm beyond the margin
 * is excluded; "not significant" is never safe, it is `unclear`.
 */
export function judgeGuardrails(spec: ExperimentSpec, analysis: Analysis): GuardrailResult[] {
  return spec.metrics.flatMap(({ metric: key, role, margin }) => {
    const metric = analysis.metrics.find((candidate) => candidate.metric === key);
    if (role !== "guardrail" || !margin || !metric) return [];
    return spec.variants
      .filter((variant) => variant.key !== spec.control)
      .map((variant) => judge(spec, metric, margin, variant.key));
  });
}
