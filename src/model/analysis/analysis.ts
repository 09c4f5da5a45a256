import * as z from "zod";
import { marginSchema, metricRoleSchema } from "../experiment/experiment.ts";
import { epochMillisecondsSchema, metricKeySchema, resourceKeySchema } from "../identifiers.ts";
import { metricDefinitionSchema } from "../metric/metric.ts";
import { attributeNameSchema } from "../unit/adjustment.ts";
import { allocationStateSchema, bestArmStateSchema } from "./allocation-state.ts";
import { armAnnouncementSchema, dataDoubtSchema, sampleRatioCheckSchema } from "./data-quality.ts";
import { intervalSchema } from "./interval.ts";
import { phaseClockSchema } from "./phase-clock.ts";
import { probabilitySchema } from "./probability.ts";
import { proofSchema } from "./proof.ts";
import { metricReportingSchema, responseCheckSchema } from "./reporting.ts";

/** Why a number could not be computed. Never reported as "no effect". */
export const unavailableReasonSchema = z.enum([
  "insufficient_data",
  "zero_variance",
  "zero_baseline",
  "zero_denominator",
  "unbounded",
  "bad_input",
]);
export type UnavailableReason = z.infer<typeof unavailableReasonSchema>;

const unavailableSchema = z.strictObject({
  status: z.literal("unavailable"),
  reason: unavailableReasonSchema,
});
export type Unavailable = z.infer<typeof unavailableSchema>;

export const alwaysValidResultSchema = z.strictObject({
  pValue: probabilitySchema,
  interval: intervalSchema,
});

/** Treatment minus control, in the metric's own units. */
export const differenceSchema = z.strictObject({
  status: z.literal("ok"),
  /**
   * `welch_t` on estimates over units · `welch_t_adjusted` after taking out what the covariate explains · `woodruff` on
   * quantiles · `stratified_by_phase` where weights adapt: then no p-value for a single look exists, and the
   * always-valid one stands in its place
   */
  method: z.enum(["welch_t", "welch_t_adjusted", "woodruff", "stratified_by_phase"]),
  estimate: z.number(),
  standardError: z.number().nonnegative(),
  degreesOfFreedom: z.number().positive(),
  /** Two-sided, valid for a single look planned in advance. */
  pValue: probabilitySchema,
  interval: intervalSchema,
  /** Valid at every look, however often one looks. */
  alwaysValid: alwaysValidResultSchema,
  /** All looks so far together: the smallest p-value and the intersection of the intervals. Null when no effect fits all. */
  running: z.strictObject({ pValue: probabilitySchema, interval: intervalSchema.nullable() }),
  /** For the family of the primary metric's treatments: Holm's p-values, and intervals at alpha / family size. */
  corrected: z
    .strictObject({
      familySize: z.int().positive(),
      pValue: probabilitySchema,
      interval: intervalSchema,
      alwaysValid: alwaysValidResultSchema,
    })
    .nullable(),
});
export type Difference = z.infer<typeof differenceSchema>;

/** (treatment − control) / |control|, with Fieller's intervals or those of the quantiles' bands: they exclude 0 exactly when the difference's do. */
export const relativeDifferenceSchema = z.strictObject({
  status: z.literal("ok"),
  /** `woodruff` on quantiles */
  method: z.enum(["fieller", "woodruff"]),
  estimate: z.number(),
  interval: intervalSchema.nullable(),
  alwaysValidInterval: intervalSchema.nullable(),
});
export type RelativeDifference = z.infer<typeof relativeDifferenceSchema>;

/**
 * The second opinion: flat prior, normal likelihood. Not protected against repeated looks, and never used for decisions.
 */
export const bayesianResultSchema = z.strictObject({
  status: z.literal("ok"),
  method: z.literal("normal_flat_prior"),
  peekingProof: z.literal(false),
  /** P(treatment is better than control), in the metric's good direction. */
  chanceToWin: probabilitySchema,
  /** What switching to the treatment is expected to cost, in the metric's own units. */
  expectedLoss: z.number().nonnegative(),
  credibleInterval: intervalSchema,
});
export type BayesianResult = z.infer<typeof bayesianResultSchema>;

/** Two proportions where every unit counts once. Fisher's exact test where an expected count is below 5. */
export const proportionResultSchema = z.strictObject({
  status: z.literal("ok"),
  method: z.enum(["pooled_z", "fisher_exact"]),
  pValue: probabilitySchema,
  /** Newcombe's, from the Wilson intervals of both arms. */
  interval: intervalSchema,
});
export type ProportionResult = z.infer<typeof proportionResultSchema>;

/** Are all arms the same? */
export const omnibusTestSchema = z.strictObject({
  status: z.literal("ok"),
  method: z.literal("welch_anova"),
  statistic: z.number().nonnegative(),
  degreesOfFreedom: z.tuple([z.number().positive(), z.number().positive()]).readonly(),
  pValue: probabilitySchema,
});
export type OmnibusTest = z.infer<typeof omnibusTestSchema>;

/** What was taken out of every arm before comparing: the part that a covariate explains (CUPED), or strata and several covariates. */
export const covariateAdjustmentSchema = z.strictObject({
  /** Of the metric's own covariate; null where nothing was taken out. */
  slope: z.number().nullable(),
  /** Units with a covariate; the others count as average. Where attributes are adjusted for: units with any of them. */
  units: z.int().nonnegative(),
  /** Variance of the comparisons after / before: what is left. */
  varianceRatio: z.number().nonnegative(),
  /** Where attributes are adjusted for: how many strata have a mean of their own. */
  strata: z.int().nonnegative().optional(),
  /** Where attributes are adjusted for: the numeric ones. */
  covariates: z.array(z.strictObject({ name: attributeNameSchema, slope: z.number() })).optional(),
  /**
   * Nothing was taken out, because strata or covariates differ between variants more than chance explains: the probability that it
   * is chance. What depends on the variant must not be adjusted for.
   */
  imbalancePValue: probabilitySchema.optional(),
});
export type CovariateAdjustment = z.infer<typeof covariateAdjustmentSchema>;

export const quantileEstimateSchema = z.strictObject({
  quantile: z.number(),
  value: z.number(),
  standardError: z.number().nonnegative(),
});

/** How one arm's event values are distributed. */
export const variantDistributionSchema = z.strictObject({
  variant: resourceKeySchema,
  quantiles: z.array(quantileEstimateSchema),
});
export type VariantDistribution = z.infer<typeof variantDistributionSchema>;

export const chiSquareTestSchema = z.strictObject({
  status: z.literal("ok"),
  statistic: z.number().nonnegative(),
  degreesOfFreedom: z.int().positive(),
  pValue: probabilitySchema,
});
export type ChiSquareTest = z.infer<typeof chiSquareTestSchema>;

export const variantEstimateSchema = z.strictObject({
  variant: resourceKeySchema,
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
  /** Only where weights were changed by hand or an arm's traffic was freed: by what looks are timed then. */
  clock: phaseClockSchema.optional(),
});
export type VariantEstimate = z.infer<typeof variantEstimateSchema>;

export const comparisonSchema = z.strictObject({
  variant: resourceKeySchema,
  difference: z.discriminatedUnion("status", [differenceSchema, unavailableSchema]),
  relative: z.discriminatedUnion("status", [relativeDifferenceSchema, unavailableSchema]),
  bayesian: z.discriminatedUnion("status", [bayesianResultSchema, unavailableSchema]),
  /** Null for what is no plain proportion. */
  proportion: z.discriminatedUnion("status", [proportionResultSchema, unavailableSchema]).nullable(),
  /** The difference of medians, which outliers cannot bend; null without a distribution. */
  median: z.discriminatedUnion("status", [differenceSchema, unavailableSchema]).nullable(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** What one level of a factor changes, or what two levels change beyond the sum of their own effects. */
export const factorEffectSchema = z.strictObject({
  /** One entry for a main effect, two for an interaction; each level against the control's level of its factor. */
  levels: z
    .array(z.strictObject({ factor: resourceKeySchema, level: resourceKeySchema, base: resourceKeySchema }))
    .min(1)
    .max(2),
  estimate: z.number(),
  standardError: z.number().nonnegative(),
  pValue: probabilitySchema,
  interval: intervalSchema,
  alwaysValid: alwaysValidResultSchema,
  /** Holm's, over all main effects or all interactions. */
  adjustedAlwaysValidPValue: probabilitySchema,
});
export type FactorEffect = z.infer<typeof factorEffectSchema>;

export const factorialAnalysisSchema = z.strictObject({
  status: z.literal("ok"),
  method: z.literal("weighted_least_squares"),
  /** From the model of main effects alone. */
  mainEffects: z.array(factorEffectSchema),
  /** From the model with all pairs; empty when the arms do not determine it. */
  interactions: z.array(factorEffectSchema),
});
export type FactorialAnalysis = z.infer<typeof factorialAnalysisSchema>;

export const metricAnalysisSchema = z.strictObject({
  metric: metricKeySchema,
  role: metricRoleSchema,
  definition: metricDefinitionSchema,
  variants: z.array(variantEstimateSchema),
  /** One per treatment, in the order of the experiment's variants. */
  comparisons: z.array(comparisonSchema),
  /** Null in analyses from before it was checked. */
  reporting: metricReportingSchema.nullable().default(null),
  /** All arms at once; for proportions where every unit counts once. */
  chiSquare: z.discriminatedUnion("status", [chiSquareTestSchema, unavailableSchema]).nullable(),
  /** All arms at once; for means with three or more arms. */
  omnibus: z.discriminatedUnion("status", [omnibusTestSchema, unavailableSchema]).nullable(),
  adjustment: covariateAdjustmentSchema.nullable(),
  /** Null unless the arms are made of factor levels. */
  factorial: z.discriminatedUnion("status", [factorialAnalysisSchema, unavailableSchema]).nullable(),
  /** Null when the metric keeps no distribution. */
  distribution: z.array(variantDistributionSchema).nullable(),
});
export type MetricAnalysis = z.infer<typeof metricAnalysisSchema>;

export const analysisSchema = z
  .strictObject({
    engineVersion: z.string(),
    takenAt: epochMillisecondsSchema,
    alpha: z.number(),
    units: z.int().nonnegative(),
    multipleExposureUnits: z.int().nonnegative(),
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
    /** Units that came back in a later phase of weights, once for every such phase, and their events in it: not counted. */
    returningUnits: z.int().nonnegative().default(0),
    returningEvents: z.int().nonnegative().default(0),
    /** Units that were first seen in an excluded stretch of time, and events of them or in it. Left out of everything. */
    excludedUnits: z.int().nonnegative().default(0),
    excludedEvents: z.int().nonnegative().default(0),
    /** Units that were erased on request. What they had done before counts nowhere, so that sums have gone down by it. */
    erasedUnits: z.int().nonnegative().default(0),
    sampleRatio: sampleRatioCheckSchema,
    /** Raised at this look or an earlier one, and not accepted since. */
    dataDoubts: z.array(dataDoubtSchema).default([]),
    /** Null where it was not counted from the start, and once a person has accepted the data. */
    announcements: z.array(armAnnouncementSchema).nullable().default(null),
    /** Null where it was not counted from the start. */
    responses: responseCheckSchema.nullable().default(null),
    /** Null with fixed weights. */
    allocation: allocationStateSchema.nullable(),
    /** On the primary metric; null while it cannot be computed. */
    bestArm: bestArmStateSchema.nullable(),
    metrics: z.array(metricAnalysisSchema),
    /** Of treatments that have been proven better and wait for their guardrails, here or at an earlier look. */
    proofs: z.array(proofSchema).default([]),
  })
  .meta({ id: "Analysis" });
export type Analysis = z.infer<typeof analysisSchema>;

/** A guardrail for one treatment: its harm (positive is worse) against the tolerated margin. */
export const guardrailResultSchema = z
  .strictObject({
    metric: metricKeySchema,
    variant: resourceKeySchema,
    verdict: z.enum(["safe", "harmed", "unclear"]),
    margin: marginSchema,
    /** In the metric's own units, or null when it could not be computed. */
    harm: z.number().nullable(),
    /** The tolerated harm in the metric's own units. */
    tolerated: z.number().nullable(),
    /** Always-valid one-sided bounds on the harm beyond the margin: harmed when lower > 0, safe when upper < 0. */
    excess: intervalSchema,
    /** Why it could not be judged; `insufficient_data` also where a small arm keeps a mean from being safe. */
    reason: unavailableReasonSchema.nullable(),
  })
  .meta({ id: "GuardrailResult" });
export type GuardrailResult = z.infer<typeof guardrailResultSchema>;
