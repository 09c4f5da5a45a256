import { excessHarm } from "#analyzer/tests/non-inferiority.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import type { Analysis, GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { ExperimentSpec, Margin } from "#model/experiment/experiment.ts";
import { lookPlanOfPair } from "#model/experiment/look-plan.ts";
import { harmPlanOfPair } from "#model/experiment/planned-units.ts";

/** Effective units that an arm needs before a mean or a quantile is judged safe, as for other decisions. */
const SAFE_UNITS_PER_ARM_OF_MEAN = 50;

function judge(
  spec: ExperimentSpec,
  metric: MetricAnalysis,
  margin: Margin,
  variant: string,
): GuardrailResult {
  const { alpha } = spec;
  const early = excessHarm(metric, spec.control, variant, margin, {
    alpha,
    plan: harmPlanOfPair(spec, variant),
    spending: "early",
  });
  const planned = excessHarm(metric, spec.control, variant, margin, {
    alpha,
    plan: lookPlanOfPair(spec, variant),
    spending: "late",
  });
  const common = { metric: metric.metric, variant, margin };
  if (isUnavailable(early) || isUnavailable(planned)) {
    const excess = { lower: null, upper: null };
    const reason = isUnavailable(early) ? early.reason : isUnavailable(planned) ? planned.reason : null;
    return { ...common, verdict: "unclear", harm: null, tolerated: null, excess, reason };
  }
  const { harm, tolerated } = early;
  const excess = { lower: early.excess.lower, upper: planned.excess.upper };
  const isHarmed = excess.lower !== null && excess.lower > 0;
  // Where harm is exactly 0 there is none, though a share of a value of 0 tolerates none either.
  const isBelow = excess.upper !== null && (excess.upper < 0 || (harm === 0 && excess.upper === 0));
  // A small arm has often not met the tail of a mean yet. Its harm is acted on, but it does not pass for safe.
  const isTooSmall =
    metric.definition.type !== "proportion" && early.effectiveUnits < SAFE_UNITS_PER_ARM_OF_MEAN;
  const reason = isBelow && isTooSmall ? "insufficient_data" : null;
  const verdict = isHarmed ? "harmed" : isBelow && !isTooSmall ? "safe" : "unclear";
  return { ...common, verdict, harm, tolerated, excess, reason };
}

/**
 * Judges every guardrail for every treatment by always-valid one-sided bounds. `safe` means that harm beyond the margin
 * is excluded; "not significant" is never safe, it is `unclear`. Harm should be seen early, and a promotion waits for `safe`:
 * with a maximum the one bound spends its alpha early and the other late. Without one, harm's is tightest at the smallest
 * size that may decide, and that of `safe` at the planned size. Every
 * guardrail of every treatment is tested at the experiment's alpha, for each of both verdicts: a correction for their
 * number would make all of them blind, and a promotion needs all to be safe at once. A primary metric with a margin of its
 * own is a guardrail too.
 */
export function judgeGuardrails(spec: ExperimentSpec, analysis: Analysis): GuardrailResult[] {
  return spec.metrics.flatMap(({ metric: key, role, margin }) => {
    const metric = analysis.metrics.find((candidate) => candidate.metric === key);
    if (role === "secondary" || !margin || !metric) return [];
    return spec.variants
      .filter((variant) => variant.key !== spec.control)
      .map((variant) => judge(spec, metric, margin, variant.key));
  });
}
