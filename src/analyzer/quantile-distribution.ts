import type { QuantileSketch } from "../model/moments.ts";
import { commonValue } from "./bucket-values.ts";
import { lowerEdge, upperEdge } from "./quantile-sketch.ts";

/** One step of the cumulative distribution: everything up to and including a bucket. */
export interface Step {
  /** The values of the bucket lie in [low, high]: its edges, or twice the same value where all of them are the same. */
  low: number;
  high: number;
  /** Events, and Σ S² and Σ S·N over units, up to here. */
  events: number;
  squares: number;
  products: number;
}

/** A sketch in ascending order with its cumulative sums: made once, asked for many quantiles. */
export interface Distribution {
  sketch: QuantileSketch;
  steps: readonly Step[];
}

export function toDistribution(sketch: QuantileSketch): Distribution {
  const sorted = Object.entries(sketch.buckets)
    .map(([bucket, increments]) => ({ bucket: Number(bucket), increments }))
    .sort((a, b) => a.bucket - b.bucket);
  let [events, squares, products] = [0, 0, 0];
  const steps = sorted.map(({ bucket, increments: [counts, square, product, ...values] }) => {
    events += counts;
    squares += square;
    products += product;
    const common = commonValue(counts, values);
    return { low: common ?? lowerEdge(bucket), high: common ?? upperEdge(bucket), events, squares, products };
  });
  return { sketch, steps };
}

/** Ranks are shares of counts: what is a whole number but for its rounding errors counts as one. */
const RANK_ROUNDING = 1e-9;

/** The index of the step that holds the event of a rank, a real number from 0 to the number of events. */
export function stepAt({ steps, sketch }: Distribution, rank: number): number {
  const needed = rank - RANK_ROUNDING * Math.max(1, sketch.events);
  let [low, high] = [0, Math.max(0, steps.length - 1)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.events ?? 0) >= needed) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The value up to which a share of the events lies: one that occurs, or interpolated between the edges of its bucket. */
export function valueAt(distribution: Distribution, share: number): number {
  const { steps, sketch } = distribution;
  const rank = Math.min(1, Math.max(0, share)) * sketch.events;
  const index = stepAt(distribution, rank);
  const step = steps[index];
  if (!step) return 0;
  const below = steps[index - 1]?.events ?? 0;
  const inside = Math.min(1, Math.max(0, (rank - below) / (step.events - below)));
  return step.low + inside * (step.high - step.low);
}
