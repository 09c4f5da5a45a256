import * as z from "zod";
import { jsonObjectSchema } from "#shared/json.ts";
import { standingDoubtsSchema, unvouchedSummarySchema } from "../analysis/data-quality.ts";
import { configVersionNumberSchema } from "../config/ai-config.ts";
import {
  descriptionSchema,
  displayNameSchema,
  epochMillisecondsSchema,
  metricKeySchema,
  resourceKeySchema,
} from "../identifiers.ts";
import {
  conversionWindowSchema,
  maximumEventsPerUnitSchema,
  metricDefinitionSchema,
} from "../metric/metric.ts";
import { DEFAULT_PROMOTION_PLAN, promotionPlanSchema } from "../release/promotion-plan.ts";
import { growthSchema, releaseSchema } from "../release/release.ts";
import { adjustForSchema, keptAttributesSchema } from "../unit/adjustment.ts";
import { allocationSchema } from "./allocation.ts";
import { confoundedVariantSchema } from "./confounded-variant.ts";
import { dataAcceptanceSchema } from "./data-acceptance.ts";
import { keptPropertiesSchema } from "./event-properties.ts";
import { exclusionSchema, MAXIMUM_EXCLUSIONS } from "./exclusion.ts";
import { freedTrafficSchema } from "./freed-traffic.ts";
import { futilityPolicySchema } from "./futility.ts";
import { holdoutSchema } from "./holdout.ts";
import { horizonSchema } from "./horizon.ts";
import { labelsSchema } from "./labels.ts";
import { namespaceSchema } from "./namespace.ts";
import { MAXIMUM_OVERRIDES, overrideSchema } from "./override.ts";
import { phaseSchema } from "./phase.ts";
import { unvouchedPolicySchema } from "./unvouched-policy.ts";

export const experimentKindSchema = z.enum(["prompt", "model", "parameters", "system_prompt", "context"]);
export type ExperimentKind = z.infer<typeof experimentKindSchema>;

export const experimentStatusSchema = z.enum([
  "draft",
  "running",
  "paused",
  "promoted",
  "rolled_back",
  "stopped",
]);
export type ExperimentStatus = z.infer<typeof experimentStatusSchema>;

/** One arm: an AI-config version and its share of the covered traffic. */
export const variantSchema = z.strictObject({
  key: resourceKeySchema,
  name: displayNameSchema.optional(),
  version: configVersionNumberSchema,
  weight: z.number().gt(0).lt(1),
  /** In a factorial experiment: the level of every factor in this arm, such as `{ model: "large", prompt: "short" }`. */
  levels: z.record(resourceKeySchema, resourceKeySchema).optional(),
});

/** How much worse is still acceptable: in the metric's own units, or as a share of the control's value. */
export const marginSchema = z.strictObject({
  kind: z.enum(["absolute", "relative"]),
  value: z.number().positive().max(1e12),
});
export type Margin = z.infer<typeof marginSchema>;

export const metricRoleSchema = z.enum(["primary", "secondary", "guardrail"]);

/**
 * A metric's part in an experiment. Guardrails carry the harm that is tolerated; a primary metric that carries one is a
 * guardrail too.
 */
export const experimentMetricSchema = z.strictObject({
  metric: metricKeySchema,
  role: metricRoleSchema,
  margin: marginSchema.optional(),
  /** A conversion window of this experiment's own, in seconds; 0 for none. By default the metric's. */
  windowSeconds: z.union([z.literal(0), conversionWindowSchema]).optional(),
});

/** A metric as stored. */
export const keptMetricSchema = experimentMetricSchema.extend({
  /** Of a secondary metric that was added while the experiment ran: it may owe its choice to the results. */
  addedAt: epochMillisecondsSchema.optional(),
});
export type ExperimentMetric = z.infer<typeof keptMetricSchema>;

export const decisionRuleSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("superiority") }),
  z.strictObject({
    type: z.literal("non_inferiority"),
    /** The loss on the primary metric that the objective's gain is worth. */
    margin: marginSchema,
    /** The metric that must get better, one of the experiment's own. */
    objective: metricKeySchema,
  }),
  /** For factorial experiments: the arm that joins, for every factor, the level proven best, or else control's. */
  z.strictObject({ type: z.literal("best_levels") }),
  /** Names the best arm once its lead over every other one is evident enough. A practical threshold, not a proof. */
  z.strictObject({
    type: z.literal("best_arm"),
    /** How much worse than the best the named arm may be, in the primary metric's own units. */
    tolerance: z.number().nonnegative().default(0),
    /** The error rate that the threshold aims at. */
    delta: z.number().gt(0).lt(0.5).default(0.05),
  }),
]);

export const covariatePolicySchema = z.enum(["use", "ignore"]);

/** A stretch of time in which nobody was assigned; open while it lasts. */
export const pauseSchema = z.strictObject({
  from: epochMillisecondsSchema,
  until: epochMillisecondsSchema.nullable(),
});
export type Pause = z.infer<typeof pauseSchema>;

/** They are part of what every edge reads. */
export const MAXIMUM_PAUSES = 100;

export const DEFAULT_MAXIMUM_EVENTS_PER_UNIT = 50;

export const SMALLEST_ALPHA = 1e-6;

/** The editable part of an experiment. */
export const experimentInputSchema = z
  .strictObject({
    key: resourceKeySchema,
    name: displayNameSchema.optional(),
    hypothesis: descriptionSchema.default(""),
    kind: experimentKindSchema,
    config: resourceKeySchema,
    variants: z.array(variantSchema).min(2).max(10),
    /** By default the variant that is the AI config's live version. */
    control: resourceKeySchema.optional(),
    /** The share of units that take part. May grow while running; growing moves nobody. */
    coverage: z.number().gt(0).max(1).default(1),
    namespace: namespaceSchema.optional(),
    /** Targeting, in GrowthBook's MongoDB-like syntax over the attributes of the assignment. */
    condition: jsonObjectSchema.optional(),
    /** What the hash is salted with; by default the experiment's key. */
    seed: z.string().min(1).max(100).optional(),
    metrics: z.array(experimentMetricSchema).min(1).max(50),
    rule: decisionRuleSchema.default({ type: "superiority" }),
    alpha: z.number().min(SMALLEST_ALPHA).max(0.5).default(0.05),
    /** Nothing is promoted before; by default a tenth of the planned units, at least 100. */
    minimumUnits: z.int().min(2).optional(),
    maximumUnits: z.int().min(2).optional(),
    /** Nothing is promoted before; by default a day, as people differ over it. A week, where weekdays differ. */
    minimumDurationSeconds: z.int().nonnegative().optional(),
    maximumDurationSeconds: z.int().positive().optional(),
    /** Whether what can hardly be proven better by `maximumUnits` any more ends before. Only there, and fixed at start. */
    futility: futilityPolicySchema.default("stop"),
    /** Fixed at start. `reassign` has no effect where weights adapt, and for factorial experiments. */
    freedTraffic: freedTrafficSchema.default("reassign"),
    /** The number of units at which the always-valid interval is tightest. */
    plannedUnits: z.int().min(2).optional(),
    analysisIntervalSeconds: z.int().min(60).max(86_400).default(300),
    /**
     * An ended experiment whose outcomes serve as covariates: what its units did before explains away variance here.
     * Covariates that the client sends come first.
     */
    covariateSource: resourceKeySchema.optional(),
    /**
     * Whether what is known of units from before explains away variance here; fixed at start, so that nobody can choose
     * the better of two answers. `ignore`: no covariate is kept.
     */
    covariates: covariatePolicySchema.default("use"),
    /** Attributes of the assignment that explain variance away here; fixed at start, like all covariates. */
    adjustFor: adjustForSchema.optional(),
    /** The attributes of the assignment that are kept with a unit's first exposure, for segments; fixed at start. */
    attributes: keptAttributesSchema.default([]),
    allocation: allocationSchema.default({ type: "fixed" }),
    /**
     * Promote although the winner's units have more or fewer events each than control's: right where asking more often is
     * neither good nor bad by itself. Otherwise such a difference holds a promotion back.
     */
    acceptUnequalEvents: z.boolean().default(false),
    /**
     * How many events of one unit enter a metric per event, the first ones; null for all. Fixed at start. Two requests of a
     * unit are alike, so that what comes beyond fifty tells little of its average, but makes all other units count less.
     */
    maximumEventsPerUnit: maximumEventsPerUnitSchema.nullable().default(DEFAULT_MAXIMUM_EVENTS_PER_UNIT),
    /** How many aggregators share the load; fixed at start. */
    shards: z.int().min(1).max(32).default(1),
    /** Whether evidence that came by a client key, and whose unit nobody vouches for, may decide; fixed at start. */
    unvouched: unvouchedPolicySchema.default("exclude"),
    /**
     * The event properties that are kept, by name; all others are dropped before anything is stored, but for those that a
     * metric filters by. What somebody has typed may say who they are. May change at any time, for events to come.
     */
    properties: keptPropertiesSchema.default([]),
    /** How a winner reaches everybody; null for all at once. */
    promotion: promotionPlanSchema.nullable().default(DEFAULT_PROMOTION_PLAN),
  })
  .meta({ id: "ExperimentInput" });
export type ExperimentInput = z.infer<typeof experimentInputSchema>;

/** An experiment as stored: every default filled in, so that a later change of defaults changes no experiment. */
export const experimentSpecSchema = experimentInputSchema
  .required({
    name: true,
    control: true,
    seed: true,
    plannedUnits: true,
    minimumUnits: true,
    minimumDurationSeconds: true,
  })
  .extend({
    hashVersion: z.literal(2),
    metrics: z.array(keptMetricSchema).min(1).max(50),
    horizon: horizonSchema.default("open"),
    /** Experiments from before it could end them go on to their maximum. */
    futility: futilityPolicySchema.default("ignore"),
    /** In experiments from before there was a choice nobody has the traffic of a treatment that left. */
    freedTraffic: freedTrafficSchema.default("control"),
    /** Experiments from before there was a limit have none. */
    maximumEventsPerUnit: maximumEventsPerUnitSchema.nullable().default(null),
    /** Experiments from before there was a list keep all. */
    properties: keptPropertiesSchema.nullable().default(null),
    /** Experiments from before there were stages promote to everybody at once. */
    promotion: promotionPlanSchema.nullable().default(null),
    /** Only of the stages of a release. */
    release: releaseSchema.optional(),
    /** How the treatment grows over the buckets, in place of weights side by side; only of the stages of a release. */
    growth: growthSchema.optional(),
    /** Only of holdouts. */
    holdout: holdoutSchema.optional(),
  })
  .meta({ id: "ExperimentSpec" });
export type ExperimentSpec = z.infer<typeof experimentSpecSchema>;

/** A treatment that left: it did harm, or had no prospect of winning. Its units get the control's version and are counted no more. */
export const switchedOffVariantSchema = z.strictObject({
  variant: resourceKeySchema,
  reason: z.string(),
  actor: z.string(),
  at: epochMillisecondsSchema,
});
export type SwitchedOffVariant = z.infer<typeof switchedOffVariantSchema>;

/** How an experiment ended. */
export const conclusionSchema = z.strictObject({
  /** `advance`: a stage of a release has passed, and the next one goes on. */
  action: z.enum(["promote", "rollback", "stop", "advance"]),
  /** The variant that was promoted, or goes on; the control where nothing was deployed. */
  variant: resourceKeySchema,
  /** The stage of a release that goes on with the variant. */
  successor: resourceKeySchema.optional(),
  reason: z.string(),
  actor: z.string(),
  at: epochMillisecondsSchema,
});
export type Conclusion = z.infer<typeof conclusionSchema>;

export const experimentSchema = z
  .strictObject({
    spec: experimentSpecSchema,
    status: experimentStatusSchema,
    /** Grows with every change; a change that names an older revision is refused. */
    revision: z.int().positive(),
    createdAt: epochMillisecondsSchema,
    updatedAt: epochMillisecondsSchema,
    startedAt: epochMillisecondsSchema.nullable(),
    endedAt: epochMillisecondsSchema.nullable(),
    analyzedAt: epochMillisecondsSchema.nullable(),
    /** The metric definitions as they were at start; empty before. */
    metricDefinitions: z.array(metricDefinitionSchema),
    /** One since the start; another one whenever weights change or a treatment leaves its traffic to others. Empty before the start. */
    phases: z.array(phaseSchema),
    /** Oldest first. Experiments from before pauses were kept have none. */
    pauses: z.array(pauseSchema).max(MAXIMUM_PAUSES).default([]),
    /** The AI config's live version at the start. Null before it, and in experiments started before it was kept. */
    liveVersionAtStart: configVersionNumberSchema.nullable().default(null),
    /** In the order of their leaving. */
    switchedOff: z.array(switchedOffVariantSchema).default([]),
    /** Oldest first. */
    acceptances: z.array(dataAcceptanceSchema).default([]),
    /** Stretches of time that count nowhere, in the order in which they were excluded. */
    exclusions: z.array(exclusionSchema).max(MAXIMUM_EXCLUSIONS).default([]),
    labels: labelsSchema.prefault({}),
    /** Units that the hash does not decide about, in the order in which they were named. */
    overrides: z.array(overrideSchema).max(MAXIMUM_OVERRIDES).default([]),
    /** Since when its totals wait to be counted anew without a quarantined key or a stretch; it promotes nothing until then. */
    rebuildPendingSince: epochMillisecondsSchema.nullable().default(null),
    /** How often it has begun to wait for that, or a look has not followed the one before. What looks before have proven counts no more. */
    recounts: z.int().nonnegative().default(0),
    /** What the newest look holds against the data; null before the first one. */
    doubts: standingDoubtsSchema.nullable().default(null),
    /** Null before a look has found any, and where client keys are admitted. */
    unvouched: unvouchedSummarySchema.nullable().default(null),
    /** The id of the secret that its units are hashed by. Null before the start, and in experiments from before it was noted. */
    unitKeyId: z.string().nullable().default(null),
    conclusion: conclusionSchema.nullable(),
    /** No fault, but to be known. Found anew whenever the API tells of the experiment, and empty elsewhere. */
    confounded: z.array(confoundedVariantSchema).default([]),
  })
  .meta({ id: "Experiment" });
export type Experiment = z.infer<typeof experimentSchema>;
