import * as z from "zod";
import { epochMillisecondsSchema } from "../identifiers.ts";

/**
 * A sum kept as an unevaluated pair, high + low, so that adding and later taking back a contribution leaves no trace
 * and the order of additions does not matter (some 32 significant digits).
 */
export const exactSumSchema = z.tuple([z.number(), z.number()]).readonly();
export type ExactSum = z.infer<typeof exactSumSchema>;

/** The sums of a metric over those of its units that brought a covariate x, a value from before their assignment. */
export const covariateMomentsSchema = z.strictObject({
  units: z.int().nonnegative(),
  y: exactSumSchema,
  d: exactSumSchema,
  x: exactSumSchema,
  xx: exactSumSchema,
  xy: exactSumSchema,
  xd: exactSumSchema,
});
export type CovariateMoments = z.infer<typeof covariateMomentsSchema>;

/** The units of a metric with the same stratum, and with the same covariates missing: their sums of y, d and every covariate z. */
export const adjustmentCellSchema = z.strictObject({
  units: z.int().nonnegative(),
  y: exactSumSchema,
  d: exactSumSchema,
  z: z.array(exactSumSchema).readonly(),
});
export type AdjustmentCell = z.infer<typeof adjustmentCellSchema>;

/**
 * The sums of a metric over its units with what it is adjusted for: strata, and covariates z, of which a missing one is 0. The
 * products z·z are those of the upper triangle, row by row.
 */
export const adjustmentMomentsSchema = z.strictObject({
  cells: z.record(z.string(), adjustmentCellSchema),
  zz: z.array(exactSumSchema).readonly(),
  zy: z.array(exactSumSchema).readonly(),
  zd: z.array(exactSumSchema).readonly(),
});
export type AdjustmentMoments = z.infer<typeof adjustmentMomentsSchema>;

/**
 * Additive sums over units for one variant and one metric. With y = sum of a unit's (capped) values and d = the number
 * of its events with the metric: units with d > 0, Σy, Σd, Σy², Σd², Σyd.
 */
export const metricMomentsSchema = z.strictObject({
  units: z.int().nonnegative(),
  y: exactSumSchema,
  d: exactSumSchema,
  yy: exactSumSchema,
  dd: exactSumSchema,
  yd: exactSumSchema,
  covariate: covariateMomentsSchema.optional(),
  /** In place of `covariate`, where the experiment adjusts for attributes. */
  adjustment: adjustmentMomentsSchema.optional(),
  /** A value was taken out beside which all that are left are so small that the sums no longer tell how they vary. */
  isImprecise: z.literal(true).optional(),
});
export type MetricMoments = z.infer<typeof metricMomentsSchema>;

/** The sum of a bucket's values and the sum of their fingerprints: enough to tell whether all of them are the same. */
const bucketValues = [exactSumSchema, z.int().nonnegative()] as const;

/** How many of a unit's values lie in a bucket, and what they are; units stored before that was kept lack the latter. */
export const unitBucketSchema = z.union([
  z.tuple([z.int(), z.int(), ...bucketValues]).readonly(),
  z.tuple([z.int(), z.int()]).readonly(),
]);
export type UnitBucket = z.infer<typeof unitBucketSchema>;

/** The increments of one bucket; a bucket that holds values from before they were kept says nothing about them. */
export const sketchBucketSchema = z.union([
  z.tuple([z.int(), z.int(), z.int(), ...bucketValues]).readonly(),
  z.tuple([z.int(), z.int(), z.int()]).readonly(),
]);
export type SketchBucket = z.infer<typeof sketchBucketSchema>;

/**
 * The distribution of a metric's event values over logarithmic buckets, with what it takes to know how values cluster in
 * units and whether a bucket holds one value only. With S(b) = the number of a unit's events up to bucket b and N = all
 * its events, the first three numbers of a bucket are the increments of Σ S(b), Σ S(b)² and Σ S(b)·N over units. All sums
 * are exact, so a unit that is taken back out leaves no trace.
 */
export const quantileSketchSchema = z.strictObject({
  /** Units with at least one value. */
  units: z.int().nonnegative(),
  events: z.int().nonnegative(),
  /** Σ N² over units. */
  squaredEvents: z.int().nonnegative(),
  buckets: z.record(z.string(), sketchBucketSchema),
});
export type QuantileSketch = z.infer<typeof quantileSketchSchema>;

export const variantTotalsSchema = z.strictObject({
  /** Units exposed to this variant and no other. */
  units: z.int().nonnegative(),
  /** Of them, units with at least one outcome event; totals that were begun before it was counted do not know. */
  responding: z.int().nonnegative().optional(),
  /** Of them, units whose exposure was recorded; the others are known by an outcome only. Older totals do not know. */
  announced: z.int().nonnegative().optional(),
  metrics: z.record(z.string(), metricMomentsSchema),
  /** By metric with a conversion window: of the units above, those whose window has passed. */
  matured: z.record(z.string(), z.int().nonnegative()).default({}),
  /** By the key under which the values are logged. */
  sketches: z.record(z.string(), quantileSketchSchema).default({}),
});
export type VariantTotals = z.infer<typeof variantTotalsSchema>;

/** Everything an analysis is computed from. Totals of disjoint sets of units add. */
export const experimentTotalsSchema = z
  .strictObject({
    variants: z.record(z.string(), variantTotalsSchema),
    /** Units seen in two variants: left out above, counted here. */
    multipleExposureUnits: z.int().nonnegative(),
    /** Outcome events counted, without duplicates. */
    events: z.int().nonnegative(),
    /** Repetitions recognized by their id and not counted. */
    duplicates: z.int().nonnegative(),
    /** Events and exposures for this experiment that were refused; one that is sent again counts again. */
    rejected: z.int().nonnegative().default(0),
    /** Of the events counted: those that arrived long after they had happened, or after the experiment had ended. */
    late: z.int().nonnegative().default(0),
    /** Covariates that came after their unit was known, and were left aside: they may know of the outcome. */
    lateCovariates: z.int().nonnegative().default(0),
    /** Values that came before their unit's exposure or after its conversion window, and were left out of a metric. */
    outsideWindow: z.int().nonnegative().default(0),
    /** Conversion windows that had passed by then have entered. Null where none has. */
    maturedUntil: epochMillisecondsSchema.nullable().default(null),
    /** Values of metrics that take those of server keys alone which came by a client key, and were left out. */
    untrustedValues: z.int().nonnegative().default(0),
    /** Events beyond the limit per unit, left out of at least one metric, and the units that have any. */
    surplusEvents: z.int().nonnegative().default(0),
    surplusUnits: z.int().nonnegative().default(0),
    /** Of one phase of weights: units that were first seen in another one, and their events. Both are counted nowhere else. */
    returningUnits: z.int().nonnegative().default(0),
    returningEvents: z.int().nonnegative().default(0),
    /** Units that were first seen in an excluded stretch of time, and what was logged of them or in such a stretch. */
    excludedUnits: z.int().nonnegative().default(0),
    excludedEvents: z.int().nonnegative().default(0),
    /** Units that were erased on request: what they had done before counts nowhere. */
    erasedUnits: z.int().nonnegative().default(0),
    firstExposureAt: epochMillisecondsSchema.nullable(),
    lastEventAt: epochMillisecondsSchema.nullable(),
  })
  .meta({ id: "ExperimentTotals" });
export type ExperimentTotals = z.infer<typeof experimentTotalsSchema>;
