import type { QuantileSketch, SketchBucket } from "#model/analysis/moments.ts";
import { commonValue } from "./bucket-values.ts";
import { lowerEdge, upperEdge } from "./quantile-sketch.ts";

/** One step of the cumulative distribution: everything up to and including a bucket. */
export interface Step {
  /** Events, and Σ S² and Σ S·N over units, up to here. */
  events: number;
  squares: number;
  products: number;
}

/** A sketch in ascending order with its cumulative sums: made once, asked for many quantiles. */
export interface Distribution {
  sketch: QuantileSketch;
  steps: readonly Step[];
  /** Where the values of a step lie; remembered, because every quantile asks for those around it again and again. */
  extentAt: (index: number) => Extent;
}

/** Where a step's values lie: between its bucket's edges, or all at the same value. */
export interface Extent {
  low: number;
  high: number;
}

export function toDistribution(sketch: QuantileSketch): Distribution {
  // A typed array sorts numbers several times faster, and a sketch has hundreds of buckets.
  const buckets = Int32Array.from(Object.keys(sketch.buckets), Number).sort();
  const tallyOf = (bucket: number): SketchBucket => sketch.buckets[bucket] ?? [0, 0, 0];
  let [events, squares, products] = [0, 0, 0];
  const steps = Array.from(buckets, (bucket) => {
    const tally = tallyOf(bucket);
    events += tally[0];
    squares += tally[1];
    products += tally[2];
    return { events, squares, products };
  });
  const extents = new Map<number, Extent>();
  const extentAt = (index: number) => {
    const bucket = buckets[index];
    if (bucket === undefined) return { low: Number.NaN, high: Number.NaN };
    const extent = extents.get(index) ?? extentOf(bucket, tallyOf(bucket));
    extents.set(index, extent);
    return extent;
  };
  return { sketch, steps, extentAt };
}

function extentOf(bucket: number, [count, , , ...values]: SketchBucket): Extent {
  const common = commonValue(count, values);
  return { low: common ?? lowerEdge(bucket), high: common ?? upperEdge(bucket) };
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
  const { low, high } = distribution.extentAt(index);
  return low + inside * (high - low);
}
