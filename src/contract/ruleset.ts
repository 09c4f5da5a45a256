import * as z from "zod";
import { configValueSchema } from "#model/config/ai-config.ts";
import { rulesetConfigSchema, rulesetExperimentSchema } from "#model/config/ruleset.ts";
import { attributeNameSchema } from "#model/unit/adjustment.ts";
import { endpoint } from "./endpoint.ts";

/** A config value as clients are told it: without the prompts, nothing may be left of one. */
export const servedConfigValueSchema = z.strictObject(configValueSchema.shape);

/** An active experiment, with all that deciding a unit's variant takes and nothing of how it is counted. */
export const clientExperimentSchema = rulesetExperimentSchema
  .omit({
    metricDefinitions: true,
    covariateSource: true,
    shards: true,
    unvouched: true,
    covariates: true,
    adjustFor: true,
    properties: true,
    unitKeyId: true,
    exclusions: true,
    holdoutConfigs: true,
  })
  .extend({
    /** The names of all attributes that the experiment keeps, which exposures are reported with. */
    attributes: z.array(attributeNameSchema),
  });
export type ClientExperiment = z.infer<typeof clientExperimentSchema>;

/** The ruleset as clients may know it, to assign by themselves exactly as the server does. */
export const clientRulesetSchema = z
  .strictObject({
    version: z.int().nonnegative(),
    configs: z.array(
      rulesetConfigSchema.extend({
        values: z.array(rulesetConfigSchema.shape.values.element.extend({ value: servedConfigValueSchema })),
      }),
    ),
    /** Oldest first: of several on one AI config the first that a unit takes part in decides. */
    experiments: z.array(clientExperimentSchema),
    /** Asked before all experiments: one at most for each AI config, with the version that it holds there. */
    holdouts: z.array(clientExperimentSchema).default([]),
  })
  .meta({ id: "ClientRuleset" });
export type ClientRuleset = z.infer<typeof clientRulesetSchema>;

export const getRuleset = endpoint({
  method: "GET",
  path: "/v1/ruleset",
  scope: "client",
  tag: "Assignment",
  summary:
    "What a client needs to assign by itself, exactly as the server does; the public part of values for client keys",
  crossOrigin: true,
  reply: clientRulesetSchema,
});
