import { z } from "zod";
import { jsonObject } from "#shared/json.ts";
import { standingDoubts, unvouchedReading } from "../analysis/data-quality.ts";
import { configVersionNumber } from "../config/ai-config.ts";
import { description, displayName, epochMilliseconds, metricKey, resourceKey } from "../identifiers.ts";
import { conversionWindow, maximumEventsPerUnit, metricDefinition } from "../metric/metric.ts";
import { confoundedVariant } from "./confounded-variant.ts";
import { exclusion, MAXIMUM_EXCLUSIONS } from "./exclusion.ts";
import { unvouchedPolicy } from "./unvouched-policy.ts";

export const experimentKind = z.enum(["prompt", "model", "parameters", "system_prompt", "context"]);
export type ExperimentKind = z.infer<typeof experimentKind>;

export const experimentStatus = z.enum(["draft", "running", "paused", "promoted", "rolled_back", "stopped"]);
export type ExperimentStatus = z.infer<typeof experimentStatus>;

/** One arm: an AI-config version and its share of the covered traffic. */
export const variant = z.strictObject({
  key: resourceKey,
  name: displayName.optional(),
  version: configVersionNumber,
  weight: z.number().gt(0).lt(1),
  /** In a factorial experiment: the level of every factor in this arm, such as `{ model: "large", prompt: "short" }`. */
  levels: z.record(resourceKey, resourceKey).optional(),
});

/** How much worse is still acceptable: in the metric's own units, or as a share of the control's value. */
export const margin = z.strictObject({
  kind: z.enum(["absolute", "relative"]),
  value: z.number().positive().max(1e12),
});
export type Margin = z.infer<typeof margin>;

export const metricRole = z.enum(["primary", "secondary", "guardrail"]);

/**
 * A metric's part in an experiment. Guardrails carry the harm that is tolerated; a primary metric that carries one is a
 * guardrail too.
 */
export const experimentMetric = z.strictObject({
  metric: metricKey,
  role: metricRole,
  margin: margin.optional(),
  /** A conversion window of this experiment's own, in seconds; 0 for none. By default the metric's. */
  windowSeconds: z.union([z.literal(0), conversionWindow]).optional(),
});
export type ExperimentMetric = z.infer<typeof experimentMetric>;

export const decisionRule = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("superiority") }),
  z.strictObject({
    type: z.literal("non_inferiority"),
    /** The loss on the primary metric that the objective's gain is worth. */
    margin,
    /** The metric that must get better, one of the experiment's own. */
    objective: metricKey,
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

/** Fixed weights, or weights that follow the evidence while the experiment runs. */
export const allocation = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("fixed") }),
  z.strictObject({
    type: z.literal("adaptive"),
    /** `thompson` serves users: every arm as often as it is likely to be best · `top_two` finds the best arm sooner. */
    algorithm: z.enum(["thompson", "top_two"]).default("top_two"),
    /** No arm gets less than this share. */
    minimumWeight: z.number().min(0.01).max(0.5).default(0.05),
    /** How long weights stay as they are; inside a period everything is an ordinary experiment. */
    periodSeconds: z
      .int()
      .min(60)
      .max(30 * 86_400)
      .default(3_600),
  }),
]);

export const covariatePolicy = z.enum(["use", "ignore"]);

/** A stretch of time with constant weights, in the order of the variants. */
export const period = z.strictObject({
  startedAt: epochMilliseconds,
  weights: z.array(z.number().positive()).min(2).max(10),
});
export type Period = z.infer<typeof period>;

/** A stretch of time in which nobody was assigned; open while it lasts. */
export const pause = z.strictObject({ from: epochMilliseconds, until: epochMilliseconds.nullable() });
export type Pause = z.infer<typeof pause>;

/** They are part of what every edge reads. */
export const MAXIMUM_PAUSES = 100;

const shareOfBuckets = z.number().min(0).max(1);

/** Experiments in one namespace with disjoint ranges never share a unit. */
export const namespace = z.strictObject({
  name: resourceKey,
  range: z
    .tuple([shareOfBuckets, shareOfBuckets])
    .refine(([start, end]) => start < end, "a range starts before it ends"),
});
export type Namespace = z.infer<typeof namespace>;

export const DEFAULT_MAXIMUM_EVENTS_PER_UNIT = 50;

/** The editable part of an experiment. */
export const experimentInput = z
  .strictObject({
    key: resourceKey,
    name: displayName.optional(),
    hypothesis: description.default(""),
    kind: experimentKind,
    config: resourceKey,
    variants: z.array(variant).min(2).max(10),
    /** By default the variant that is the AI config's live version. */
    control: resourceKey.optional(),
    /** The share of units that take part. May grow while running; growing moves nobody. */
    coverage: z.number().gt(0).max(1).default(1),
    namespace: namespace.optional(),
    /** Targeting, in GrowthBook's MongoDB-like syntax over the attributes of the assignment. */
    condition: jsonObject.optional(),
    /** What the hash is salted with; by default the experiment's key. */
    seed: z.string().min(1).max(100).optional(),
    metrics: z.array(experimentMetric).min(1).max(50),
    rule: decisionRule.default({ type: "superiority" }),
    alpha: z.number().min(1e-6).max(0.5).default(0.05),
    /** Nothing is promoted before; by default a tenth of the planned units, at least 100. */
    minimumUnits: z.int().min(2).optional(),
    maximumUnits: z.int().min(2).optional(),
    /** Nothing is promoted before; by default a day, as people differ over it. A week, where weekdays differ. */
    minimumDurationSeconds: z.int().nonnegative().optional(),
    maximumDurationSeconds: z.int().positive().optional(),
    /** The number of units at which the always-valid interval is tightest. */
    plannedUnits: z.int().min(2).optional(),
    analysisIntervalSeconds: z.int().min(60).max(86_400).default(300),
    /**
     * An ended experiment whose outcomes serve as covariates: what its units did before explains away variance here.
     * Covariates that the client sends come first.
     */
    history: resourceKey.optional(),
    /**
     * Whether what is known of units from before explains away variance here; fixed at start, so that nobody can choose
     * the better of two answers. `ignore`: no covariate is kept.
     */
    covariates: covariatePolicy.default("use"),
    allocation: allocation.default({ type: "fixed" }),
    /**
     * Promote although the winner's units have more or fewer events each than control's: right where asking more often is
     * neither good nor bad by itself. Otherwise such a difference holds a promotion back.
     */
    acceptUnequalEvents: z.boolean().default(false),
    /**
     * How many events of one unit enter a metric per event, the first ones; null for all. Fixed at start. Two requests of a
     * unit are alike, so that what comes beyond fifty tells little of its average, but makes all other units count less.
     */
    maximumEventsPerUnit: maximumEventsPerUnit.nullable().default(DEFAULT_MAXIMUM_EVENTS_PER_UNIT),
    /** How many aggregators share the load; fixed at start. */
    shards: z.int().min(1).max(32).default(1),
    /** Whether evidence that came by a client key, and whose unit nobody vouches for, may decide; fixed at start. */
    unvouched: unvouchedPolicy.default("exclude"),
  })
  .meta({ id: "ExperimentInput" });
export type ExperimentInput = z.infer<typeof experimentInput>;

/** An experiment as stored: every default filled in, so that a later change of defaults changes no experiment. */
export const experimentSpec = experimentInput
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
    /** Experiments from before there was a limit have none. */
    maximumEventsPerUnit: maximumEventsPerUnit.nullable().default(null),
  })
  .meta({ id: "ExperimentSpec" });
export type ExperimentSpec = z.infer<typeof experimentSpec>;

/** A treatment that left because it did harm. Its units get the control's version and are counted no more. */
export const switchedOffVariant = z.strictObject({
  variant: resourceKey,
  reason: z.string(),
  actor: z.string(),
  at: epochMilliseconds,
});
export type SwitchedOffVariant = z.infer<typeof switchedOffVariant>;

/**
 * A person's decision to go on although the split or the multiple exposures were in doubt. What had been counted until
 * then is not held against the experiment again; what comes after it is checked anew.
 */
export const dataAcceptance = z.strictObject({
  at: epochMilliseconds,
  actor: z.string(),
  reason: z.string(),
  /** Units counted by then: for every period the variants in their order. */
  units: z.array(z.array(z.int().nonnegative())),
  crossedOverUnits: z.int().nonnegative(),
});
export type DataAcceptance = z.infer<typeof dataAcceptance>;

/** How an experiment ended. */
export const conclusion = z.strictObject({
  action: z.enum(["promote", "rollback", "stop"]),
  /** The variant that was promoted; the control where nothing was deployed. */
  variant: resourceKey,
  reason: z.string(),
  actor: z.string(),
  at: epochMilliseconds,
});
export type Conclusion = z.infer<typeof conclusion>;

export const experiment = z
  .strictObject({
    spec: experimentSpec,
    status: experimentStatus,
    /** Grows with every change; a change that names an older revision is refused. */
    revision: z.int().positive(),
    createdAt: epochMilliseconds,
    updatedAt: epochMilliseconds,
    startedAt: epochMilliseconds.nullable(),
    endedAt: epochMilliseconds.nullable(),
    analysedAt: epochMilliseconds.nullable(),
    /** The metric definitions as they were at start; empty before. */
    definitions: z.array(metricDefinition),
    /** One since the start; more only with adaptive allocation. Empty before the start. */
    periods: z.array(period),
    /** Oldest first. Experiments from before pauses were kept have none. */
    pauses: z.array(pause).max(MAXIMUM_PAUSES).default([]),
    /** The AI config's live version at the start. Null before it, and in experiments started before it was kept. */
    liveVersionAtStart: configVersionNumber.nullable().default(null),
    /** In the order of their leaving. */
    switchedOff: z.array(switchedOffVariant).default([]),
    /** Oldest first. */
    acceptances: z.array(dataAcceptance).default([]),
    /** Stretches of time that count nowhere, in the order in which they were excluded. */
    exclusions: z.array(exclusion).max(MAXIMUM_EXCLUSIONS).default([]),
    /** Since when its totals wait to be counted anew without a quarantined key or a stretch; it promotes nothing until then. */
    rebuildPendingSince: epochMilliseconds.nullable().default(null),
    /** What the newest look holds against the data; null before the first one. */
    doubts: standingDoubts.nullable().default(null),
    /** Null before a look has found any, and where client keys are admitted. */
    unvouched: unvouchedReading.nullable().default(null),
    conclusion: conclusion.nullable(),
    /** No fault, but to be known. Found anew whenever the API tells of the experiment, and empty elsewhere. */
    confounded: z.array(confoundedVariant).default([]),
  })
  .meta({ id: "Experiment" });
export type Experiment = z.infer<typeof experiment>;

function shareOfPair(spec: ExperimentSpec, treatment: string): number {
  const pair = spec.variants.filter(({ key }) => key === spec.control || key === treatment);
  return pair.reduce((sum, { weight }) => sum + weight, 0);
}

/** How many of the planned units control and one treatment see together. */
export function plannedUnitsOfPair(spec: ExperimentSpec, treatment: string): number {
  return spec.plannedUnits * shareOfPair(spec, treatment);
}

/**
 * The units of a pair for which guardrails are tuned: the earliest size at which the experiment may decide anything.
 * Harm should be seen early; that the bounds are a little wider late is the price.
 */
export function guardrailUnitsOfPair(spec: ExperimentSpec, treatment: string): number {
  return Math.min(spec.plannedUnits, spec.minimumUnits) * shareOfPair(spec, treatment);
}
