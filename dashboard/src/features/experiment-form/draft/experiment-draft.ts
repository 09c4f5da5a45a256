import { z } from "zod";
import { configValueDraft, toConfigValueDraft } from "#dashboard/config-value/config-value-draft.ts";
import {
  covariatePolicy,
  DEFAULT_MAXIMUM_EVENTS_PER_UNIT,
  experimentKind,
  metricRole,
} from "#model/experiment/experiment.ts";
import { unvouchedPolicy } from "#model/experiment/unvouched-policy.ts";
import { equalWeights } from "./weights.ts";

const text = z.string();
const marginKind = z.enum(["absolute", "relative"]);

const durationDraft = z.strictObject({ amount: text, unit: z.enum(["minutes", "hours", "days"]) });
export type DurationDraft = z.infer<typeof durationDraft>;

const variantDraft = z.strictObject({
  /** Stays the same while the key is typed. */
  id: text,
  key: text,
  name: text,
  /** In millionths. */
  weight: z.int(),
  locked: z.boolean(),
  source: z.enum(["existing", "new"]),
  version: z.int().nullable(),
  /** What a new version will hold. */
  value: configValueDraft,
  /** The version that was created for this value, lest a second attempt creates it again. */
  created: z.strictObject({ config: text, version: z.int(), value: text }).nullable(),
  /** A JSON object, or nothing. */
  levels: text,
});
export type VariantDraft = z.infer<typeof variantDraft>;

const metricDraft = z.strictObject({
  metric: text,
  role: metricRole,
  marginKind,
  margin: text,
  /** A conversion window of the experiment's own; it has no field, and stays as it is. */
  windowSeconds: z.int().nonnegative().optional(),
});
export type MetricDraft = z.infer<typeof metricDraft>;

const ruleDraft = z.strictObject({
  type: z.enum(["superiority", "non_inferiority", "best_levels", "best_arm"]),
  marginKind,
  margin: text,
  objective: text,
  tolerance: text,
  delta: text,
});

const allocationDraft = z.strictObject({
  type: z.enum(["fixed", "adaptive"]),
  algorithm: z.enum(["thompson", "top_two"]),
  minimumWeight: text,
  period: durationDraft,
});

/** What the sample-size panel is asked; it is no part of the experiment. */
const planningDraft = z.strictObject({
  source: text,
  baseline: text,
  deviation: text,
  effectKind: marginKind,
  effect: text,
  unitsPerDay: text,
});

/** An experiment while its form is filled in: what is typed is kept as text, shares in percent. */
export const experimentDraft = z.strictObject({
  template: text,
  key: text,
  /** True once the key was typed by hand and no longer follows the name. */
  keyIsOwn: z.boolean(),
  name: text,
  hypothesis: text,
  kind: experimentKind,
  config: text,
  variants: z.array(variantDraft),
  /** A variant's id. */
  control: text,
  coverage: text,
  metrics: z.array(metricDraft),
  rule: ruleDraft,
  alpha: text,
  minimumUnits: text,
  maximumUnits: text,
  plannedUnits: text,
  minimumDuration: durationDraft,
  maximumDuration: durationDraft,
  analysisInterval: durationDraft,
  condition: text,
  namespace: z.strictObject({ name: text, from: text, to: text }),
  seed: text,
  history: text,
  allocation: allocationDraft,
  shards: text,
  covariates: covariatePolicy,
  unvouched: unvouchedPolicy,
  acceptUnequalEvents: z.boolean(),
  /** Empty: all events of a unit count. */
  maximumEventsPerUnit: text,
  planning: planningDraft,
});
export type ExperimentDraft = z.infer<typeof experimentDraft>;

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
    minimumDuration: { amount: "", unit: "days" },
    maximumDuration: { amount: "", unit: "days" },
    analysisInterval: { amount: "5", unit: "minutes" },
    condition: "",
    namespace: { name: "", from: "0", to: "100" },
    seed: "",
    history: "",
    allocation: {
      type: "fixed",
      algorithm: "top_two",
      minimumWeight: "5",
      period: { amount: "1", unit: "hours" },
    },
    shards: "",
    covariates: "use",
    unvouched: "exclude",
    acceptUnequalEvents: false,
    maximumEventsPerUnit: String(DEFAULT_MAXIMUM_EVENTS_PER_UNIT),
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
