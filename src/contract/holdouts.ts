import * as z from "zod";
import { analysisSchema, guardrailResultSchema } from "#model/analysis/analysis.ts";
import { intervalSchema } from "#model/analysis/interval.ts";
import { probabilitySchema } from "#model/analysis/probability.ts";
import { configVersionNumberSchema } from "#model/config/ai-config.ts";
import {
  experimentInputSchema,
  experimentMetricSchema,
  metricRoleSchema,
} from "#model/experiment/experiment.ts";
import { holdoutShareSchema, MAXIMUM_HOLDOUT_CONFIGS } from "#model/experiment/holdout.ts";
import {
  descriptionSchema,
  displayNameSchema,
  epochMillisecondsSchema,
  metricKeySchema,
  resourceKeySchema,
} from "#model/identifiers.ts";
import { metricDefinitionSchema } from "#model/metric/metric.ts";
import { endpoint } from "./endpoint.ts";
import { keyParameterSchema } from "./parameters.ts";

const tag = "Holdouts";
const { key, name, metrics, alpha, shards, unvouched, properties, maximumEventsPerUnit } =
  experimentInputSchema.shape;

/** A share of units that is kept out of all experiments and releases on some AI configs. */
export const holdoutInputSchema = z
  .strictObject({
    key,
    name,
    description: descriptionSchema.default(""),
    /** Of all units; a second group of the same size is compared with it. */
    share: holdoutShareSchema,
    configs: z
      .array(resourceKeySchema)
      .min(1)
      .max(MAXIMUM_HOLDOUT_CONFIGS)
      .refine((configs) => new Set(configs).size === configs.length, "every AI config is named once"),
    /** As an experiment's: one primary metric, and guardrails with what they tolerate. */
    metrics,
    ...{ alpha, shards, unvouched, properties, maximumEventsPerUnit },
    reason: descriptionSchema.default(""),
  })
  .meta({ id: "HoldoutInput" });
export type HoldoutInput = z.infer<typeof holdoutInputSchema>;

export const holdoutReplySchema = z
  .strictObject({
    key: resourceKeySchema,
    name: displayNameSchema,
    description: descriptionSchema,
    status: z.enum(["running", "ended"]),
    share: holdoutShareSchema,
    configs: z.array(
      z.strictObject({
        config: resourceKeySchema,
        /** What held-out units get, or got: live at the start. */
        heldVersion: configVersionNumberSchema,
        /** What is live now. */
        liveVersion: configVersionNumberSchema,
      }),
    ),
    metrics: z.array(experimentMetricSchema),
    alpha: z.number(),
    startedAt: epochMillisecondsSchema,
    endedAt: epochMillisecondsSchema.nullable(),
    /** Who ended it and why; null while it runs. */
    ended: z.strictObject({ actor: z.string(), reason: z.string() }).nullable(),
  })
  .meta({ id: "Holdout" });
export type Holdout = z.infer<typeof holdoutReplySchema>;

/** Another version became live on one of the AI configs while the holdout ran. */
const shippedVersionSchema = z.strictObject({
  at: epochMillisecondsSchema,
  config: resourceKeySchema,
  from: configVersionNumberSchema,
  to: configVersionNumberSchema,
  /** The experiment that promoted it, or the stage by which its release ended; null where a person made it live by hand. */
  experiment: resourceKeySchema.nullable(),
  /** The experiment whose winner a release has brought to everybody. */
  origin: resourceKeySchema.nullable(),
  actor: z.string(),
  reason: z.string(),
});
export type ShippedVersion = z.infer<typeof shippedVersionSchema>;

const holdoutEffectSchema = z.strictObject({
  metric: metricKeySchema,
  role: metricRoleSchema,
  definition: metricDefinitionSchema,
  heldOut: z.strictObject({ units: z.int(), estimate: z.number().nullable() }),
  comparison: z.strictObject({ units: z.int(), estimate: z.number().nullable() }),
  /** What everything that was shipped has changed: comparison − held out, in the metric's own units. Null where it cannot be computed. */
  difference: z
    .strictObject({
      estimate: z.number(),
      standardError: z.number().nonnegative(),
      /** Always valid, as is the p-value: they hold however often one looks. */
      interval: intervalSchema,
      pValue: probabilitySchema,
    })
    .nullable(),
  /** Which way it is proven. */
  verdict: z.enum(["better", "worse", "unproven", "unknown"]),
  /** Of a metric with a margin; null for others. */
  guardrail: guardrailResultSchema.shape.verdict.nullable(),
});
export type HoldoutEffect = z.infer<typeof holdoutEffectSchema>;

export const holdoutResultsSchema = z
  .strictObject({
    holdout: holdoutReplySchema,
    takenAt: epochMillisecondsSchema,
    /** Everything in a sentence. */
    summary: z.string(),
    effects: z.array(holdoutEffectSchema),
    /** Oldest first, up to 500. Comparisons with the held-out units are about all of them together. */
    shipped: z.array(shippedVersionSchema),
    /** Experiments and releases on its AI configs that go on: units of the comparison take part in them too. */
    active: z.array(
      z.strictObject({ experiment: resourceKeySchema, config: resourceKeySchema, isRelease: z.boolean() }),
    ),
    /** As an experiment's: held-out units are its control. */
    analysis: analysisSchema,
  })
  .meta({ id: "HoldoutResults" });
export type HoldoutResults = z.infer<typeof holdoutResultsSchema>;

export const getHoldouts = endpoint({
  method: "GET",
  path: "/v1/holdouts",
  scope: "read",
  tag,
  summary: "All holdouts, the newest first, up to 200",
  reply: z.strictObject({ holdouts: z.array(holdoutReplySchema) }),
});

export const postHoldout = endpoint({
  method: "POST",
  path: "/v1/holdouts",
  scope: "admin",
  tag,
  summary:
    "Begins to keep a share of units out of all experiments and releases on some AI configs; refused while one is active on them",
  body: holdoutInputSchema,
  reply: holdoutReplySchema,
  status: 201,
});

export const getHoldout = endpoint({
  method: "GET",
  path: "/v1/holdouts/:key",
  scope: "read",
  tag,
  summary: "One holdout",
  parameters: keyParameterSchema,
  reply: holdoutReplySchema,
});

export const postHoldoutEnd = endpoint({
  method: "POST",
  path: "/v1/holdouts/:key/end",
  scope: "admin",
  tag,
  summary: "Ends a holdout: its units get what everybody gets, and nothing more is counted",
  parameters: keyParameterSchema,
  body: z.strictObject({ reason: descriptionSchema.default("") }).meta({ id: "HoldoutEnd" }),
  reply: holdoutReplySchema,
});

export const getHoldoutResults = endpoint({
  method: "GET",
  path: "/v1/holdouts/:key/results",
  scope: "read",
  tag: "Results",
  summary: "What all that was shipped since a holdout began has changed together, as data or as Markdown",
  parameters: keyParameterSchema,
  query: z.strictObject({ format: z.enum(["json", "markdown"]).default("json") }),
  reply: holdoutResultsSchema,
  replies: { "application/json": holdoutResultsSchema, "text/markdown": z.string() },
});
