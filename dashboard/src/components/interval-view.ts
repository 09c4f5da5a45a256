import type { Difference, Interval, MetricAnalysis } from "../../../src/model/analysis.ts";
import { type Effect, effectOf } from "../format/effect.ts";

/** One treatment's difference to control as it is drawn. */
export interface IntervalView {
  variant: string;
  effect: Effect;
  difference: Difference;
}

/** The treatments whose difference could be computed. */
export function intervalViews(metric: MetricAnalysis): IntervalView[] {
  return metric.comparisons.flatMap((comparison) =>
    comparison.difference.status === "ok"
      ? [
          {
            variant: comparison.variant,
            effect: effectOf(metric, comparison),
            difference: comparison.difference,
          },
        ]
      : [],
  );
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
