import { type Effect, effectOf } from "#dashboard/format/effect.ts";
import type { Comparison, Difference, GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { Interval } from "#model/analysis/interval.ts";
import { improvementSign } from "#model/metric/direction.ts";

/** One treatment's difference to control as it is drawn. */
export interface IntervalView {
  variant: string;
  effect: Effect;
  difference: Difference;
}

/** The bounds that a guardrail is judged by, as an interval of the difference: beyond the margin they are its verdict. */
function judgedInterval(metric: MetricAnalysis, { excess, tolerated }: GuardrailResult): Interval {
  const shift = (bound: number | null) => (bound === null || tolerated === null ? null : bound + tolerated);
  const negate = (bound: number | null) => (bound === null ? null : -bound);
  const lower = shift(excess.lower);
  const upper = shift(excess.upper);
  return improvementSign(metric.definition) < 0
    ? { lower, upper }
    : { lower: negate(upper), upper: negate(lower) };
}

function judgedEffect(effect: Effect, { verdict }: GuardrailResult): Effect {
  if (verdict === "safe") return effect;
  return verdict === "harmed" ? "worse" : "unclear";
}

function judgedView(
  metric: MetricAnalysis,
  comparison: Comparison,
  difference: Difference,
  guardrail: GuardrailResult,
): IntervalView {
  return {
    variant: comparison.variant,
    effect: judgedEffect(effectOf(metric, comparison), guardrail),
    difference: {
      ...difference,
      alwaysValid: { ...difference.alwaysValid, interval: judgedInterval(metric, guardrail) },
    },
  };
}

/**
 * The treatments whose difference could be computed.
 * @param guardrails the metric's results as a guardrail: what is drawn is what decides
 */
export function intervalViews(
  metric: MetricAnalysis,
  guardrails: readonly GuardrailResult[] = [],
): IntervalView[] {
  return metric.comparisons.flatMap((comparison) => {
    const { variant, difference } = comparison;
    if (difference.status !== "ok") return [];
    const guardrail = guardrails.find((result) => result.variant === variant);
    return guardrail
      ? [judgedView(metric, comparison, difference, guardrail)]
      : [{ variant, effect: effectOf(metric, comparison), difference }];
  });
}

/** Room left and right of the outermost end, as a share of the whole. */
const PADDING = 0.08;

/** An axis that holds every interval, zero and the margin; ends at infinity are cut off at its ends. */
export function differenceDomain(
  views: readonly IntervalView[],
  margin: number | null,
): readonly [number, number] {
  const ends = views.flatMap(({ difference }) => [
    difference.estimate,
    difference.interval.lower,
    difference.interval.upper,
    difference.alwaysValid.interval.lower,
    difference.alwaysValid.interval.upper,
  ]);
  const finite = [0, margin, ...ends].filter((end) => end !== null);
  const lower = Math.min(...finite);
  const upper = Math.max(...finite);
  const padding = (upper - lower || 1) * PADDING;
  return [lower - padding, upper + padding];
}

/** An interval's ends on a bounded axis. */
export function clip({ lower, upper }: Interval, [from, to]: readonly [number, number]) {
  return { x1: Math.max(from, lower ?? from), x2: Math.min(to, upper ?? to) };
}
