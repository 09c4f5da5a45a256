import { z } from "zod";
import { margin, metricRole } from "../experiment/experiment.ts";
import { epochMilliseconds, metricKey, resourceKey } from "../identifiers.ts";
import { metricDefinition } from "../metric/metric.ts";
import { allocationReading, bestArmReading } from "./allocation-state.ts";
import { armAnnouncement, dataDoubt, sampleRatioCheck } from "./data-quality.ts";
import { metricReporting, responseCheck } from "./reporting.ts";

/** Why a number could not be computed. Never reported as "no effect". */
export const unavailableReason = z.enum([
  "insufficient_data",
  "zero_variance",
  "zero_baseline",
  "zero_denominator",
  "unbounded",
  "bad_input",
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
  /**
   * `welch_t` on estimates over units · `welch_t_adjusted` after taking out what the covariate explains · `woodruff` on
   * quantiles · `stratified_by_period` where weights adapt: then no p-value for a single look exists, and the
   * always-valid one stands in its place
   */
  method: z.enum(["welch_t", "welch_t_adjusted", "woodruff", "stratified_by_period"]),
  estimate: z.number(),
  standardError: z.number().nonnegative(),
  degreesOfFreedom: z.number().positive(),
  /** Two-sided, valid for a single look planned in advance. */
  pValue: probability,
  interval,
  /** Valid at every look, however often one looks. */
  alwaysValid: alwaysValidResult,
  /** All looks so far together: the smallest p-value and the intersection of the intervals. Null when no effect fits all. */
  running: z.strictObject({ pValue: probability, interval: interval.nullable() }),
  /** For the family of the primary metric's treatments: Holm's p-values, and intervals at alpha / family size. */
  corrected: z
    .strictObject({
      familySize: z.int().positive(),
      pValue: probability,
      interval,
      alwaysValid: alwaysValidResult,
    })
    .nullable(),
});
export type Difference = z.infer<typeof difference>;

/** (treatment − control) / |control|, with Fieller's intervals or those of the quantiles' bands: they exclude 0 exactly when the difference's do. */
export const relativeDifference = z.strictObject({
  status: z.literal("ok"),
  /** `woodruff` on quantiles */
  method: z.enum(["fieller", "woodruff"]),
  estimate: z.number(),
  interval: interval.nullable(),
  alwaysValidInterval: interval.nullable(),
});
export type RelativeDifference = z.infer<typeof relativeDifference>;

/**
 * The second opinion: flat prior, normal likelihood. Not protected against repeated looks, and never used for decisions.
 */
export const bayesianReading = z.strictObject({
  status: z.literal("ok"),
  method: z.literal("normal_flat_prior"),
  peekingProof: z.literal(false),
  /** P(treatment is better than control), in the metric's good direction. */
  chanceToWin: probability,
  /** What switching to the treatment is expected to cost, in the metric's own units. */
  expectedLoss: z.number().nonnegative(),
  credibleInterval: interval,
});
export type BayesianReading = z.infer<typeof bayesianReading>;

/** Two proportions where every unit counts once. Fisher's exact test where an expected count is below 5. */
export const proportionReading = z.strictObject({
  status: z.literal("ok"),
  method: z.enum(["pooled_z", "fisher_exact"]),
  pValue: probability,
  /** Newcombe's, from the Wilson intervals of both arms. */
  interval,
});
export type ProportionReading = z.infer<typeof proportionReading>;

/** Are all arms the same? */
export const omnibusTest = z.strictObject({
  status: z.literal("ok"),
  method: z.literal("welch_anova"),
  statistic: z.number().nonnegative(),
  degreesOfFreedom: z.tuple([z.number().positive(), z.number().positive()]).readonly(),
  pValue: probability,
});
export type OmnibusTest = z.infer<typeof omnibusTest>;

/** What was taken out of every arm before comparing (CUPED). */
export const covariateAdjustment = z.strictObject({
  slope: z.number(),
  /** Units with a covariate; the others count as average. */
  units: z.int().nonnegative(),
  /** Variance of the comparisons after / before: what is left. */
  varianceRatio: z.number().nonnegative(),
});

export const quantileEstimate = z.strictObject({
  quantile: z.number(),
  value: z.number(),
  standardError: z.number().nonnegative(),
});

/** How one arm's event values are distributed. */
export const variantDistribution = z.strictObject({
  variant: resourceKey,
  quantiles: z.array(quantileEstimate),
});
export type VariantDistribution = z.infer<typeof variantDistribution>;

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
  /** How many equal units weigh as much as these; what minima and degrees of freedom go by. */
  effectiveUnits: z.number().nonnegative().optional(),
  /** Events that enter the estimate, or units for a metric per unit. */
  observations: z.number().nonnegative(),
  estimate: z.number().nullable(),
  standardError: z.number().nonnegative().nullable(),
  /** After taking out what the covariate explains; what comparisons start from. Null without covariates. */
  adjustedEstimate: z.number().nullable(),
  /** The standard error that always-valid intervals use; wider while a proportion has seen one outcome only. */
  sequentialStandardError: z.number().nonnegative().nullable(),
});
export type VariantEstimate = z.infer<typeof variantEstimate>;

export const comparison = z.strictObject({
  variant: resourceKey,
  difference: z.discriminatedUnion("status", [difference, unavailable]),
  relative: z.discriminatedUnion("status", [relativeDifference, unavailable]),
  bayesian: z.discriminatedUnion("status", [bayesianReading, unavailable]),
  /** Null for what is no plain proportion. */
  proportion: z.discriminatedUnion("status", [proportionReading, unavailable]).nullable(),
  /** The difference of medians, which outliers cannot bend; null without a distribution. */
  median: z.discriminatedUnion("status", [difference, unavailable]).nullable(),
});
export type Comparison = z.infer<typeof comparison>;

/** What one level of a factor changes, or what two levels change beyond the sum of their own effects. */
export const factorEffect = z.strictObject({
  /** One entry for a main effect, two for an interaction; each level against the control's level of its factor. */
  levels: z
    .array(z.strictObject({ factor: resourceKey, level: resourceKey, base: resourceKey }))
    .min(1)
    .max(2),
  estimate: z.number(),
  standardError: z.number().nonnegative(),
  pValue: probability,
  interval,
  alwaysValid: alwaysValidResult,
  /** Holm's, over all main effects or all interactions. */
  adjustedAlwaysValidPValue: probability,
});
export type FactorEffect = z.infer<typeof factorEffect>;

export const factorialAnalysis = z.strictObject({
  status: z.literal("ok"),
  method: z.literal("weighted_least_squares"),
  /** From the model of main effects alone. */
  mainEffects: z.array(factorEffect),
  /** From the model with all pairs; empty when the arms do not determine it. */
  interactions: z.array(factorEffect),
});
export type FactorialAnalysis = z.infer<typeof factorialAnalysis>;

export const metricAnalysis = z.strictObject({
  metric: metricKey,
  role: metricRole,
  definition: metricDefinition,
  variants: z.array(variantEstimate),
  /** One per treatment, in the order of the experiment's variants. */
  comparisons: z.array(comparison),
  /** Null in analyses from before it was checked. */
  reporting: metricReporting.nullable().default(null),
  /** All arms at once; for proportions where every unit counts once. */
  chiSquare: z.discriminatedUnion("status", [chiSquareTest, unavailable]).nullable(),
  /** All arms at once; for means with three or more arms. */
  omnibus: z.discriminatedUnion("status", [omnibusTest, unavailable]).nullable(),
  adjustment: covariateAdjustment.nullable(),
  /** Null unless the arms are made of factor levels. */
  factorial: z.discriminatedUnion("status", [factorialAnalysis, unavailable]).nullable(),
  /** Null when the metric keeps no distribution. */
  distribution: z.array(variantDistribution).nullable(),
});
export type MetricAnalysis = z.infer<typeof metricAnalysis>;

export const analysis = z
  .strictObject({
    engineVersion: z.string(),
    takenAt: epochMilliseconds,
    alpha: z.number(),
    units: z.int().nonnegative(),
    crossedOverUnits: z.int().nonnegative(),
    events: z.int().nonnegative(),
    duplicates: z.int().nonnegative(),
    /** Events and exposures that the intake refused. 0 in analyses from before it was counted, as is `late`. */
    rejected: z.int().nonnegative().default(0),
    /** Events received more than an hour after they had happened, or after the end. */
    late: z.int().nonnegative().default(0),
    /** Covariates that came after their unit was known, and were left aside. */
    lateCovariates: z.int().nonnegative().default(0),
    /** Values that came before their unit's exposure or after its conversion window, and were left out of a metric. */
    outsideWindow: z.int().nonnegative().default(0),
    /** Values of metrics that take those of server keys alone which came by a client key, and were left out. */
    untrustedValues: z.int().nonnegative().default(0),
    /** Events beyond the experiment's limit per unit, left out of at least one metric, and the units that have any. */
    surplusEvents: z.int().nonnegative().default(0),
    surplusUnits: z.int().nonnegative().default(0),
    /** Units that came back in a later period of weights, once for every such period, and their events in it: not counted. */
    returningUnits: z.int().nonnegative().default(0),
    returningEvents: z.int().nonnegative().default(0),
    /** Units that were first seen in an excluded stretch of time, and events of them or in it. Left out of everything. */
    excludedUnits: z.int().nonnegative().default(0),
    excludedEvents: z.int().nonnegative().default(0),
    sampleRatio: sampleRatioCheck,
    /** Raised at this look or an earlier one, and not accepted since. */
    dataDoubts: z.array(dataDoubt).default([]),
    /** Null where it was not counted from the start, and once a person has accepted the data. */
    announcements: z.array(armAnnouncement).nullable().default(null),
    /** Null where it was not counted from the start. */
    responses: responseCheck.nullable().default(null),
    /** Null with fixed weights. */
    allocation: allocationReading.nullable(),
    /** On the primary metric; null while it cannot be computed. */
    bestArm: bestArmReading.nullable(),
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
