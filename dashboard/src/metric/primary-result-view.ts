import type { PrimarySummary } from "#contract/lists.ts";
import { type Effect, effectOfInterval } from "#dashboard/format/effect.ts";
import type { Interval } from "#model/analysis/interval.ts";
import { improvementSign } from "#model/metric/direction.ts";

/** One treatment's result on the primary metric as lists draw it. */
export interface PrimaryView {
  variant: string;
  effect: Effect;
  estimate: number;
  standardError: number;
  /** Always-valid. */
  interval: Interval;
}

/** The treatments whose difference could be computed, the most promising first. */
export function primaryViews({ metric, comparisons }: PrimarySummary): PrimaryView[] {
  return comparisons
    .flatMap(({ variant, estimate, standardError, alwaysValid }) =>
      estimate === null || standardError === null || alwaysValid === null
        ? []
        : [
            {
              variant,
              estimate,
              standardError,
              interval: alwaysValid,
              effect: effectOfInterval(metric, alwaysValid),
            },
          ],
    )
    .toSorted((a, b) => improvementSign(metric) * (b.estimate - a.estimate));
}

/** Room left and right of the outermost end, as a share of the whole. */
const PADDING = 0.08;

/** An axis that holds one interval and zero; an end at infinity is cut off at the axis' end. */
export function primaryDomain({ estimate, interval }: PrimaryView): readonly [number, number] {
  const finite = [0, estimate, interval.lower, interval.upper].filter((end) => end !== null);
  const lower = Math.min(...finite);
  const upper = Math.max(...finite);
  const padding = (upper - lower || 1) * PADDING;
  return [lower - padding, upper + padding];
}
