import type { QuantileSketch, UnitBucket } from "#model/analysis/moments.ts";
import { type BucketValues, combineValues, NO_VALUES, singleValue } from "./bucket-values.ts";

/** Values are known to within this share of themselves; it bounds the differences that can be told apart. */
export const SKETCH_RELATIVE_ACCURACY = 0.01;

/** Magnitudes below this count as 0. */
const SMALLEST_MAGNITUDE = 1e-9;

const GROWTH = (1 + SKETCH_RELATIVE_ACCURACY) / (1 - SKETCH_RELATIVE_ACCURACY);
const LOG_GROWTH = Math.log(GROWTH);

/** One unit's values: how many of them fall into which bucket, in ascending order of buckets. */
export type UnitHistogram = readonly UnitBucket[];

/**
 * The bucket of a value: 0 for 0, positive and growing with the value above, mirrored below. Fixed boundaries, so that
 * sketches add whoever made them.
 * @see Masson, Rim, Lee 2019, "DDSketch"
 */
export function bucketOfValue(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude < SMALLEST_MAGNITUDE) return 0;
  const bucket = Math.max(1, Math.ceil(Math.log(magnitude / SMALLEST_MAGNITUDE) / LOG_GROWTH));
  return value > 0 ? bucket : -bucket;
}

/** The largest value of a bucket. */
export function upperEdge(bucket: number): number {
  if (bucket === 0) return 0;
  const outer = SMALLEST_MAGNITUDE * Math.exp(LOG_GROWTH * Math.abs(bucket));
  return bucket > 0 ? outer : -outer / GROWTH;
}

/** The smallest value of a bucket. */
export function lowerEdge(bucket: number): number {
  if (bucket === 0) return 0;
  const outer = SMALLEST_MAGNITUDE * Math.exp(LOG_GROWTH * Math.abs(bucket));
  return bucket > 0 ? outer / GROWTH : -outer;
}

export function emptySketch(): QuantileSketch {
  return { units: 0, events: 0, squaredEvents: 0, buckets: {} };
}

/** A histogram with one more value. */
export function withValue(histogram: UnitHistogram, value: number): UnitHistogram {
  const bucket = bucketOfValue(value);
  const added = singleValue(bucket === 0 ? 0 : value);
  const at = histogram.findIndex(([existing]) => existing >= bucket);
  if (at < 0) return [...histogram, [bucket, 1, ...added]];
  const [existing, count, ...values] = histogram[at] ?? [bucket, 0];
  if (existing === bucket) {
    return histogram.with(at, [bucket, count + 1, ...combineValues(values, added, 1)]);
  }
  return [...histogram.slice(0, at), [bucket, 1, ...added], ...histogram.slice(at)];
}

/** How many values a unit has; none without a histogram. */
export function eventsIn(histogram: UnitHistogram = []): number {
  return histogram.reduce((sum, [, count]) => sum + count, 0);
}

/**
 * Moves a sketch, in place, by what a unit holds now minus what it held before. In place, because it happens for every
 * event and a copy would cost as much as the sketch is large.
 * @param before, after  undefined for a unit without values
 */
export function replaceHistogram(
  sketch: QuantileSketch,
  before: UnitHistogram = [],
  after: UnitHistogram = [],
): void {
  const { buckets } = sketch;
  const [eventsBefore, eventsAfter] = [eventsIn(before), eventsIn(after)];
  let [placeBefore, placeAfter, belowBefore, belowAfter] = [0, 0, 0, 0];
  while (placeBefore < before.length || placeAfter < after.length) {
    const bucket = Math.min(before[placeBefore]?.[0] ?? Infinity, after[placeAfter]?.[0] ?? Infinity);
    const old = before[placeBefore]?.[0] === bucket ? before[placeBefore++] : undefined;
    const now = after[placeAfter]?.[0] === bucket ? after[placeAfter++] : undefined;
    const [countBefore, countAfter] = [old?.[1] ?? 0, now?.[1] ?? 0];
    const [upToBefore, upToAfter] = [belowBefore + countBefore, belowAfter + countAfter];
    const [counts, squares, products, ...values] = buckets[bucket] ?? [0, 0, 0, ...NO_VALUES];
    const countsNow = counts + countAfter - countBefore;
    if (countsNow === 0) delete buckets[bucket];
    else
      buckets[bucket] = [
        countsNow,
        squares + (upToAfter ** 2 - belowAfter ** 2) - (upToBefore ** 2 - belowBefore ** 2),
        products + countAfter * eventsAfter - countBefore * eventsBefore,
        ...replaceValues(values, old, now),
      ];
    [belowBefore, belowAfter] = [upToBefore, upToAfter];
  }
  sketch.units += Number(after.length > 0) - Number(before.length > 0);
  sketch.events += eventsAfter - eventsBefore;
  sketch.squaredEvents += eventsAfter ** 2 - eventsBefore ** 2;
}

/** A bucket's values without those that a unit had in it and with those that it has. Most of a unit's buckets stay as they are. */
function replaceValues(
  values: BucketValues | [],
  before: UnitBucket | undefined,
  after: UnitBucket | undefined,
): BucketValues | [] {
  if (before === after) return values;
  const [, , ...valuesBefore] = before ?? [0, 0, ...NO_VALUES];
  const [, , ...valuesAfter] = after ?? [0, 0, ...NO_VALUES];
  return combineValues(combineValues(values, valuesBefore, -1), valuesAfter, 1);
}

/** The sketch of the union of two disjoint sets of units. */
export function mergeSketches(a: QuantileSketch, b: QuantileSketch): QuantileSketch {
  const buckets = { ...a.buckets };
  for (const [bucket, [counts, squares, products, ...values]] of Object.entries(b.buckets)) {
    const [otherCounts, otherSquares, otherProducts, ...otherValues] = buckets[bucket] ?? [
      0,
      0,
      0,
      ...NO_VALUES,
    ];
    buckets[bucket] = [
      counts + otherCounts,
      squares + otherSquares,
      products + otherProducts,
      ...combineValues(values, otherValues, 1),
    ];
  }
  return {
    units: a.units + b.units,
    events: a.events + b.events,
    squaredEvents: a.squaredEvents + b.squaredEvents,
    buckets,
  };
}
