import { z } from "zod";
import { epochMilliseconds } from "./identifiers.ts";

/**
 * A sum kept as an unevaluated pair, high + low, so that adding and later taking back a contribution leaves no trace
 * and the order of additions does not matter (some 32 significant digits).
 */
export const exactSum = z.tuple([z.number(), z.number()]).readonly();
export type ExactSum = z.infer<typeof exactSum>;

/**
 * Additive sums over units for one variant and one metric. With y = sum of a unit's (capped) values and d = the number
 * of its events with the metric: units with d > 0, Σy, Σd, Σy², Σd², Σyd.
 */
export const metricMoments = z.strictObject({
  units: z.int().nonnegative(),
  y: exactSum,
  d: exactSum,
  yy: exactSum,
  dd: exactSum,
  yd: exactSum,
});
export type MetricMoments = z.infer<typeof metricMoments>;

export const variantTotals = z.strictObject({
  /** Units exposed to this variant and no other. */
  units: z.int().nonnegative(),
  metrics: z.record(z.string(), metricMoments),
});
export type VariantTotals = z.infer<typeof variantTotals>;

/** Everything an analysis is computed from. Totals of disjoint sets of units add. */
export const experimentTotals = z
  .strictObject({
    variants: z.record(z.string(), variantTotals),
    /** Units seen in two variants: left out above, counted here. */
    crossedOverUnits: z.int().nonnegative(),
    /** Outcome events counted, without duplicates. */
    events: z.int().nonnegative(),
    /** Repetitions recognised by their id and not counted. */
    duplicates: z.int().nonnegative(),
    firstExposureAt: epochMilliseconds.nullable(),
    lastEventAt: epochMilliseconds.nullable(),
  })
  .meta({ id: "ExperimentTotals" });
export type ExperimentTotals = z.infer<typeof experimentTotals>;
