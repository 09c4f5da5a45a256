import type { QuantileSketch } from "../model/moments.ts";
import { normalUpperQuantile } from "./distributions.ts";
import { lowerEdge, upperEdge } from "./quantile-sketch.ts";
import type { UnitStatistics } from "./unit-statistics.ts";

/** Coverage of the band whose half-width becomes the standard error: 95 %. */
const BAND_TAIL = 0.025;

/** One step of the cumulative distribution: everything up to a bucket's upper edge. */
interface Step {
  bucket: number;
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
  return { sketch, steps: stepsOf(sketch) };
}

/** The first step that holds at least so many events, or −1. */
function stepAt(steps: readonly Step[], rank: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.events ?? 0) >= rank) high = middle;
    else low = middle + 1;
  }
  return low < steps.length ? low : -1;
}

function stepsOf(sketch: QuantileSketch): Step[] {
  const sorted = Object.entries(sketch.buckets)
    .map(([bucket, increments]) => ({ bucket: Number(bucket), increments }))
    .sort((a, b) => a.bucket - b.bucket);
  let [events, squares, products] = [0, 0, 0];
  return sorted.map(({ bucket, increments }) => {
    events += increments[0];
    squares += increments[1];
    products += increments[2];
    return { bucket, events, squares, products };
  });
}

/** The value below which a share of the events lies, interpolated inside its bucket. */
function valueAt(steps: readonly Step[], total: number, share: number): number {
  const rank = Math.min(total, Math.max(0, share * total));
  const index = Math.max(0, stepAt(steps, rank));
  const step = steps[index];
  if (!step) return 0;
  const below = steps[index - 1]?.events ?? 0;
  const inside = (rank - below) / (step.events - below);
  const [low, high] = [lowerEdge(step.bucket), upperEdge(step.bucket)];
  return low + inside * (high - low);
}

/**
 * Squared standard error of the share of events up to a step, with units as clusters: the delta method for the ratio
 * ΣS / ΣN over units.
 */
function squaredShareError(sketch: QuantileSketch, step: Step): number {
  const { units, events, squaredEvents } = sketch;
  const share = step.events / events;
  const residual = step.squares - 2 * share * step.products + share ** 2 * squaredEvents;
  return (Math.max(0, residual) * units) / (units - 1) / events ** 2;
}

/**
 * A quantile of the events' values with a standard error that respects clustering by unit, in the shape that every test
 * of estimates takes. The error is Woodruff's: the uncertainty of the cumulative share at the quantile, carried over
 * to values through the distribution itself.
 * @param quantile in (0, 1)
 * @returns undefined when there are too few events for the band to lie inside the data
 * @see Woodruff 1952, "Confidence Intervals for Medians and Other Position Measures"
 */
export function quantileStatistics(
  { sketch, steps }: Distribution,
  quantile: number,
): UnitStatistics | undefined {
  if (sketch.units < 2) return undefined;
  const z = normalUpperQuantile(BAND_TAIL);
  const needed = z ** 2 * Math.max(quantile / (1 - quantile), (1 - quantile) / quantile);
  if (sketch.events <= needed) return undefined;

  const total = sketch.events;
  const estimate = valueAt(steps, total, quantile);
  const step = steps[stepAt(steps, quantile * total)];
  if (!step) return undefined;
  // At the very edge of the data the observed share is 1 and its plug-in error 0: take the binomial error at least.
  const binomial = (quantile * (1 - quantile)) / total;
  const reach =
    z * Math.sqrt(Math.max(squaredShareError(sketch, step), step.events === total ? binomial : 0));
  const [low, high] = [valueAt(steps, total, quantile - reach), valueAt(steps, total, quantile + reach)];
  const squaredError = ((high - low) / (2 * z)) ** 2;
  return {
    units: sketch.units,
    observations: total,
    estimate,
    unitVariance: squaredError * sketch.units,
    squaredError,
    oneObservationPerUnit: total === sketch.units,
  };
}
