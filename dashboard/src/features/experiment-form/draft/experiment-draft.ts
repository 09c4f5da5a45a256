import { z } from "zod";
import { configValueDraftSchema, toConfigValueDraft } from "#dashboard/config-value/config-value-draft.ts";
import {
  covariatePolicySchema,
  DEFAULT_MAXIMUM_EVENTS_PER_UNIT,
  experimentKindSchema,
  metricRoleSchema,
} from "#model/experiment/experiment.ts";
import { freedTrafficSchema } from "#model/experiment/freed-traffic.ts";
import { futilityPolicySchema } from "#model/experiment/futility.ts";
import { unvouchedPolicySchema } from "#model/experiment/unvouched-policy.ts";
import { DEFAULT_PROMOTION_PLAN, type PromotionPlan } from "#model/release/promotion-plan.ts";
import { equalWeights } from "./weights.ts";

const textSchema = z.string();
const marginKindSchema = z.enum(["absolute", "relative"]);

const durationDraftSchema = z.strictObject({
  amount: textSchema,
  unit: z.enum(["minutes", "hours", "days"]),
});
export type DurationDraft = z.infer<typeof durationDraftSchema>;

const variantDraftSchema = z.strictObject({
  /** Stays the same while the key is typed. */
  id: textSchema,
  key: textSchema,
  name: textSchema,
  /** In millionths. */
  weight: z.int(),
  locked: z.boolean(),
  source: z.enum(["existing", "new"]),
  version: z.int().nullable(),
  /** What a new version will hold. */
  value: configValueDraftSchema,
  /** The version that was created for this value, lest a second attempt creates it again. */
  created: z.strictObject({ config: textSchema, version: z.int(), value: textSchema }).nullable(),
  /** A JSON object, or nothing. */
  levels: textSchema,
});
export type VariantDraft = z.infer<typeof variantDraftSchema>;

const metricDraftSchema = z.strictObject({
  metric: textSchema,
  role: metricRoleSchema,
  marginKind: marginKindSchema,
  margin: textSchema,
  /** A conversion window of the experiment's own; it has no field, and stays as it is. */
  windowSeconds: z.int().nonnegative().optional(),
});
export type MetricDraft = z.infer<typeof metricDraftSchema>;

const ruleDraftSchema = z.strictObject({
  type: z.enum(["superiority", "non_inferiority", "best_levels", "best_arm"]),
  marginKind: marginKindSchema,
  margin: textSchema,
  objective: textSchema,
  tolerance: textSchema,
  delta: textSchema,
});

const allocationDraftSchema = z.strictObject({
  type: z.enum(["fixed", "adaptive"]),
  algorithm: z.enum(["thompson", "top_two"]),
  minimumWeight: textSchema,
  phase: durationDraftSchema,
});

/** How a winner reaches everybody; shares in percent, stages with commas between them. */
const promotionDraftSchema = z.strictObject({
  isStaged: z.boolean(),
  stages: textSchema,
  stageMinutes: textSchema,
  holdback: textSchema,
  watchHours: textSchema,
});

/** What the sample-size panel is asked; it is no part of the experiment. */
const planningDraftSchema = z.strictObject({
  source: textSchema,
  baseline: textSchema,
  deviation: textSchema,
  effectKind: marginKindSchema,
  effect: textSchema,
  unitsPerDay: textSchema,
});

/** An experiment while its form is filled in: what is typed is kept as text, shares in percent. */
export const experimentDraftSchema = z.strictObject({
  template: textSchema,
  key: textSchema,
  /** True once the key was typed by hand and no longer follows the name. */
  keyIsOwn: z.boolean(),
  name: textSchema,
  hypothesis: textSchema,
  kind: experimentKindSchema,
  config: textSchema,
  variants: z.array(variantDraftSchema),
  /** A variant's id. */
  control: textSchema,
  coverage: textSchema,
  metrics: z.array(metricDraftSchema),
  rule: ruleDraftSchema,
  alpha: textSchema,
  minimumUnits: textSchema,
  maximumUnits: textSchema,
  plannedUnits: textSchema,
  futility: futilityPolicySchema,
  freedTraffic: freedTrafficSchema,
  minimumDuration: durationDraftSchema,
  maximumDuration: durationDraftSchema,
  analysisInterval: durationDraftSchema,
  condition: textSchema,
  namespace: z.strictObject({ name: textSchema, from: textSchema, to: textSchema }),
  seed: textSchema,
  covariateSource: textSchema,
  allocation: allocationDraftSchema,
  shards: textSchema,
  covariates: covariatePolicySchema,
  unvouched: unvouchedPolicySchema,
  acceptUnequalEvents: z.boolean(),
  /** Empty: all events of a unit count. */
  maximumEventsPerUnit: textSchema,
  /** The event properties that are kept, with commas between them. */
  properties: textSchema.default(""),
  /** Lists with commas between their entries. */
  attributes: textSchema.default(""),
  adjustFor: z
    .strictObject({ attribute: textSchema, values: textSchema, covariates: textSchema })
    .default({ attribute: "", values: "", covariates: "" }),
  promotion: promotionDraftSchema.default(() => toPromotionDraft(DEFAULT_PROMOTION_PLAN)),
  planning: planningDraftSchema,
});
export type ExperimentDraft = z.infer<typeof experimentDraftSchema>;

/** A plan as it would have been typed. @param plan null for everybody at once */
export function toPromotionDraft(plan: PromotionPlan | null): z.infer<typeof promotionDraftSchema> {
  const { stages, stageMinutes, holdback, watchHours } = plan ?? DEFAULT_PROMOTION_PLAN;
  return {
    isStaged: plan !== null,
    stages: stages.join(", "),
    stageMinutes: String(stageMinutes),
    holdback: String(Number((100 * holdback).toPrecision(12))),
    watchHours: String(watchHours),
  };
}

/** A variant of which nothing is known but its name. */
export function newVariant(key: string, source: VariantDraft["source"]): VariantDraft {
  return {
    id: crypto.randomUUID(),
    key,
    name: "",
    weight: 0,
    locked: false,
    source,
    version: null,
    value: toConfigValueDraft(),
    created: null,
    levels: "",
  };
}

/** The form before anything was chosen: control against one new version, split evenly. */
export function emptyDraft(): ExperimentDraft {
  const variants = [newVariant("control", "existing"), newVariant("treatment", "new")];
  const [half = 0, otherHalf = 0] = equalWeights(2);
  const [control, treatment] = variants;
  if (control) control.weight = half;
  if (treatment) treatment.weight = otherHalf;
  return {
    template: "",
    key: "",
    keyIsOwn: false,
    name: "",
    hypothesis: "",
    kind: "prompt",
    config: "",
    variants,
    control: control?.id ?? "",
    coverage: "100",
    metrics: [],
    rule: {
      type: "superiority",
      marginKind: "absolute",
      margin: "",
      objective: "",
      tolerance: "0",
      delta: "0.05",
    },
    alpha: "0.05",
    minimumUnits: "",
    maximumUnits: "",
    plannedUnits: "",
    futility: "stop",
    freedTraffic: "reassign",
    minimumDuration: { amount: "", unit: "days" },
    maximumDuration: { amount: "", unit: "days" },
    analysisInterval: { amount: "5", unit: "minutes" },
    condition: "",
    namespace: { name: "", from: "0", to: "100" },
    seed: "",
    covariateSource: "",
    allocation: {
      type: "fixed",
      algorithm: "top_two",
      minimumWeight: "5",
      phase: { amount: "1", unit: "hours" },
    },
    shards: "",
    covariates: "use",
    unvouched: "exclude",
    acceptUnequalEvents: false,
    maximumEventsPerUnit: String(DEFAULT_MAXIMUM_EVENTS_PER_UNIT),
    properties: "",
    attributes: "",
    adjustFor: { attribute: "", values: "", covariates: "" },
    promotion: toPromotionDraft(DEFAULT_PROMOTION_PLAN),
    planning: {
      source: "",
      baseline: "",
      deviation: "",
      effectKind: "absolute",
      effect: "",
      unitsPerDay: "",
    },
  };
}
