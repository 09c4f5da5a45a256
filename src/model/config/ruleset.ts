import * as z from "zod";
import { MAXIMUM_EXCLUSIONS, stretchSchema } from "../experiment/exclusion.ts";
import { experimentSpecSchema, experimentStatusSchema, pauseSchema } from "../experiment/experiment.ts";
import { servedOverrideSchema } from "../experiment/override.ts";
import { phaseSchema } from "../experiment/phase.ts";
import { epochMillisecondsSchema, resourceKeySchema } from "../identifiers.ts";
import { keyBoundsSchema, keyScopeSchema } from "../key/api-key.ts";
import { metricDefinitionSchema } from "../metric/metric.ts";
import { configValueSchema, configVersionNumberSchema } from "./ai-config.ts";

/** Edges serve a ruleset at most this old, so a rollback reaches every edge within it. */
export const RULESET_MAX_AGE_SECONDS = 5;

export const rulesetExperimentSchema = experimentSpecSchema
  .pick({
    key: true,
    config: true,
    variants: true,
    control: true,
    coverage: true,
    namespace: true,
    condition: true,
    seed: true,
    hashVersion: true,
    shards: true,
    unvouched: true,
    covariates: true,
    adjustFor: true,
    attributes: true,
    properties: true,
    growth: true,
  })
  .extend({
    status: experimentStatusSchema,
    startedAt: epochMillisecondsSchema,
    endedAt: epochMillisecondsSchema.nullable(),
    /** The ended experiment whose outcomes are this one's covariates. */
    covariateSource: z
      .strictObject({ key: resourceKeySchema, shards: z.int().positive(), phases: z.int().positive() })
      .nullable(),
    /** By which secret its units are hashed; null for the oldest one. */
    unitKeyId: z.string().nullable().default(null),
    /** Treatments that left: their units get the control's version and are counted no more. */
    switchedOff: z.array(resourceKeySchema).optional(),
    /** When they left, epoch milliseconds. */
    switchedOffAt: z.record(resourceKeySchema, epochMillisecondsSchema).optional(),
    /** Oldest first; while one lasts, units get the live version. */
    pauses: z.array(pauseSchema).optional(),
    /** Stretches of time that count nowhere. */
    exclusions: z.array(stretchSchema).max(MAXIMUM_EXCLUSIONS).default([]),
    /** Units that the hash does not decide about. */
    overrides: z.array(servedOverrideSchema).optional(),
    /** Of a holdout alone: all its AI configs. It is served with each of them, with the versions that it holds there. */
    holdoutConfigs: z.array(resourceKeySchema).optional(),
    /** The newest one's weights are those of assignment. */
    phases: z.array(phaseSchema).min(1),
    /** The frozen definitions of the metrics that the experiment aggregates. */
    metricDefinitions: z.array(metricDefinitionSchema),
  });
export type RulesetExperiment = z.infer<typeof rulesetExperimentSchema>;

/** An API key as edges know it: by the hash of its secret, with what it is bound to. */
export const rulesetKeySchema = z.strictObject({
  id: z.string(),
  scope: keyScopeSchema,
  /** SHA-256 of the secret, in hexadecimal. */
  hash: z.string(),
  ...keyBoundsSchema.shape,
  /** Nothing that comes by it, and nothing that it has signed, is taken. */
  quarantinedFrom: epochMillisecondsSchema.nullable().default(null),
});
export type RulesetKey = z.infer<typeof rulesetKeySchema>;

export const rulesetConfigSchema = z.strictObject({
  key: resourceKeySchema,
  liveVersion: configVersionNumberSchema,
  /** The live version and those that an active experiment hands out. */
  values: z.array(z.strictObject({ version: configVersionNumberSchema, value: configValueSchema })),
});
export type RulesetConfig = z.infer<typeof rulesetConfigSchema>;
