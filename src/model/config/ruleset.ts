import { z } from "zod";
import { MAXIMUM_EXCLUSIONS, stretch } from "../experiment/exclusion.ts";
import { experimentSpec, experimentStatus, pause, period } from "../experiment/experiment.ts";
import { epochMilliseconds, resourceKey } from "../identifiers.ts";
import { keyBounds, keyScope } from "../key/api-key.ts";
import { metricDefinition } from "../metric/metric.ts";
import { configValue, configVersionNumber } from "./ai-config.ts";

/** Edges serve a ruleset at most this old, so a rollback reaches every edge within it. */
export const RULESET_MAX_AGE_SECONDS = 5;

export const rulesetExperiment = experimentSpec
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
  })
  .extend({
    status: experimentStatus,
    startedAt: epochMilliseconds,
    endedAt: epochMilliseconds.nullable(),
    /** The ended experiment whose outcomes are this one's covariates. */
    history: z
      .strictObject({ key: resourceKey, shards: z.int().positive(), periods: z.int().positive() })
      .nullable(),
    /** Treatments that left: their units get the control's version and are counted no more. */
    switchedOff: z.array(resourceKey).optional(),
    /** When they left, epoch milliseconds. */
    switchedOffAt: z.record(resourceKey, epochMilliseconds).optional(),
    /** Oldest first; while one lasts, units get the live version. */
    pauses: z.array(pause).optional(),
    /** Stretches of time that count nowhere. */
    exclusions: z.array(stretch).max(MAXIMUM_EXCLUSIONS).default([]),
    /** The newest one's weights are those of assignment. */
    periods: z.array(period).min(1),
    /** The frozen definitions of the metrics that the experiment aggregates. */
    definitions: z.array(metricDefinition),
  });
export type RulesetExperiment = z.infer<typeof rulesetExperiment>;

/** An API key as edges know it: by the hash of its secret, with what it is bound to. */
export const rulesetKey = z.strictObject({
  id: z.string(),
  scope: keyScope,
  /** SHA-256 of the secret, in hexadecimal. */
  hash: z.string(),
  ...keyBounds.shape,
  /** Nothing that comes by it, and nothing that it has signed, is taken. */
  quarantinedFrom: epochMilliseconds.nullable().default(null),
});
export type RulesetKey = z.infer<typeof rulesetKey>;

export const rulesetConfig = z.strictObject({
  key: resourceKey,
  liveVersion: configVersionNumber,
  /** The live version and those that an active experiment hands out. */
  values: z.array(z.strictObject({ version: configVersionNumber, value: configValue })),
});
export type RulesetConfig = z.infer<typeof rulesetConfig>;

/** The compiled, versioned document that assignment reads. */
export const ruleset = z.strictObject({
  version: z.int().nonnegative(),
  configs: z.array(rulesetConfig),
  /** Active experiments, oldest first, and those that ended within the late-event window. */
  experiments: z.array(rulesetExperiment),
  metrics: z.array(metricDefinition),
  keys: z.array(rulesetKey),
});
export type Ruleset = z.infer<typeof ruleset>;
