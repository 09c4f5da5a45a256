import { z } from "zod";
import { margin, metricRole } from "./experiment.ts";
import { epochMilliseconds, metricKey, resourceKey } from "./identifiers.ts";
import { metricDefinition } from "./metric.ts";

/** Why a number could not be computed. Never reported as "no effect". */
export const unavailableReason = z.enum([
  "insufficient_data",
  "zero_variance",
  "zero_baseline",
  "zero_denominator",
  "unbounded",
  "bad_input",
  "no_method",
]);
export type UnavailableReason = z.infer<typeof unavailableReason>;

const unavailable = z.strictObject({ status: z.literal("unavailable"), reason: unavailableReason });
export type Unavailable = z.infer<typeof unavailable>;

/** Both ends included; null is an end at infinity. */
export const interval = z.strictObject({ lower: z.number().nullable(), upper: z.number().nullable() });
export type Interval = z.infer<typeof interval>;

const probability = z.number().min(0).max(1);

export const alwaysValidResult = z.strictObject({ pValue: probability, interval });

/** Treatment minus control, in the metric's own units. */
export const difference = z.strictObject({
  status: z.literal("ok"),
  method: z.enum(["welch_t"]),
  estimate: z.number(),
  standardError: z.number().nonnegative(),
  degreesOfFreedom: z.number().positive(),
  /** Two-sided, valid for a single look planned in advance. */
  pValue: probability,
  interval,
  /** Valid at every look, however often one looks. */
  alwaysValid: alwaysValidResult,
});
export type Difference = z.infer<typeof difference>;

/** (treatment − control) / |control|, with Fieller's intervals: they exclude 0 exactly when the difference's do. */
export const relativeDifference = z.strictObject({
  status: z.literal("ok"),
  method: z.enum(["fieller"]),
  estimate: z.number(),
  interval: interval.nullable(),
  alwaysValidInterval: interval.nullable(),
});
export type RelativeDifference = z.infer<typeof relativeDifference>;

export const chiSquareTest = z.strictObject({
  status: z.literal("ok"),
  statistic: z.number().nonnegative(),
  degreesOfFreedom: z.int().positive(),
  pValue: probability,
});
export type ChiSquareTest = z.infer<typeof chiSquareTest>;

export const variantEstimate = z.strictObject({
  variant: resourceKey,
  /** Units that enter the estimate. */
  units: z.int().nonnegative(),
  /** Events that enter the estimate, or units for a metric per unit. */
  observations: z.number().nonnegative(),
  estimate: z.number().nullable(),
  standardError: z.number().nonnegative().nullable(),
  /** The standard error that always-valid intervals use; wider while a proportion has seen one outcome only. */
  sequentialStandardError: z.number().nonnegative().nullable(),
});
export type VariantEstimate = z.infer<typeof variantEstimate>;

export const comparison = z.strictObject({
  variant: resourceKey,
  difference: z.discriminatedUnion("status", [difference, unavailable]),
  relative: z.discriminatedUnion("status", [relativeDifference, unavailable]),
});
export type Comparison = z.infer<typeof comparison>;

export const metricAnalysis = z.strictObject({
  metric: metricKey,
  role: metricRole,
  definition: metricDefinition,
  variants: z.array(variantEstimate),
  /** One per treatment, in the order of the experiment's variants. */
  comparisons: z.array(comparison),
  /** All arms at once; for proportions where every unit counts once. */
  chiSquare: z.discriminatedUnion("status", [chiSquareTest, unavailable]).nullable(),
});
export type MetricAnalysis = z.infer<typeof metricAnalysis>;

/** Do the variants' unit counts fit the weights? */
export const sampleRatioCheck = z.strictObject({
  verdict: z.enum(["ok", "mismatch", "insufficient_data"]),
  observed: z.array(z.strictObject({ variant: resourceKey, units: z.int(), expected: z.number() })),
  /** Pearson's chi-square, for a single look. */
  pValue: probability.nullable(),
  /** Valid at every look; decisions read this one. */
  sequentialPValue: probability.nullable(),
});
export type SampleRatioCheck = z.infer<typeof sampleRatioCheck>;

export const analysis = z
  .strictObject({
    engineVersion: z.string(),
    takenAt: epochMilliseconds,
    alpha: z.number(),
    units: z.int().nonnegative(),
    crossedOverUnits: z.int().nonnegative(),
    events: z.int().nonnegative(),
    duplicates: z.int().nonnegative(),
    sampleRatio: sampleRatioCheck,
    metrics: z.array(metricAnalysis),
  })
  .meta({ id: "Analysis" });
export type Analysis = z.infer<typeof analysis>;

/** A guardrail for one treatment: its harm (positive is worse) against the tolerated margin. */
export const guardrailResult = z
  .strictObject({
    metric: metricKey,
    variant: resourceKey,
    verdict: z.enum(["safe", "harmed", "unclear"]),
    margin,
    /** In the metric's own units, or null when it could not be computed. */
    harm: z.number().nullable(),
    /** The tolerated harm in the metric's own units. */
    tolerated: z.number().nullable(),
    /** Always-valid one-sided bounds on the harm beyond the margin: harmed when lower > 0, safe when upper < 0. */
    excess: interval,
    reason: unavailableReason.nullable(),
  })
  .meta({ id: "GuardrailResult" });
export type GuardrailResult = z.infer<typeof guardrailResult>;
