import { excessHarm } from "#analyzer/tests/non-inferiority.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import type { Analysis, GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { ExperimentSpec, Margin } from "#model/experiment/experiment.ts";
import { guardrailUnitsOfPair, plannedUnitsOfPair } from "#model/experiment/planned-units.ts";

function judge(
  spec: ExperimentSpec,
  metric: MetricAnalysis,
  margin: Margin,
  variant: string,
): GuardrailResult {
  const tunedFor = (plannedUnits: number) =>
    excessHarm(metric, spec.control, variant, margin, { alpha: spec.alpha, plannedUnits });
  const early = tunedFor(guardrailUnitsOfPair(spec, variant));
  const planned = tunedFor(plannedUnitsOfPair(spec, variant));
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
  const isSafe = excess.upper !== null && (excess.upper < 0 || (harm === 0 && excess.upper === 0));
  const verdict = isHarmed ? "harmed" : isSafe ? "safe" : "unclear";
  return { ...common, verdict, harm, tolerated, excess, reason: null };
}

/**
 * Judges every guardrail for every treatment by always-valid one-sided bounds. `safe` means that harm beyond the margin
 * is excluded; "not significant" is never safe, it is `unclear`. Harm should be seen early, so its bound is tightest at the
 * smallest size that may decide; a promotion waits for `safe`, so that bound is tightest at the planned size. Every
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
