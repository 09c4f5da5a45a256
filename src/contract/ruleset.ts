import { z } from "zod";
import { configValue } from "#model/config/ai-config.ts";
import { rulesetConfig, rulesetExperiment } from "#model/config/ruleset.ts";

/** A config value as clients are told it: without the prompts, nothing may be left of one. */
export const servedConfigValue = z.strictObject(configValue.shape);

/** An active experiment, with all that deciding a unit's variant takes and nothing of how it is counted. */
export const clientExperiment = rulesetExperiment.omit({
  definitions: true,
  history: true,
  shards: true,
  unvouched: true,
  covariates: true,
  exclusions: true,
});
export type ClientExperiment = z.infer<typeof clientExperiment>;

/** The ruleset as clients may know it, to assign by themselves exactly as the server does. */
export const clientRuleset = z
  .strictObject({
    version: z.int().nonnegative(),
    configs: z.array(
      rulesetConfig.extend({
        values: z.array(rulesetConfig.shape.values.element.extend({ value: servedConfigValue })),
      }),
    ),
    /** Oldest first: of several on one AI config the first that a unit takes part in decides. */
    experiments: z.array(clientExperiment),
  })
  .meta({ id: "ClientRuleset" });
export type ClientRuleset = z.infer<typeof clientRuleset>;
