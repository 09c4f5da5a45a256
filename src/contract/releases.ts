import * as z from "zod";
import { configVersionNumberSchema } from "#model/config/ai-config.ts";
import {
  experimentInputSchema,
  experimentKindSchema,
  experimentSchema,
} from "#model/experiment/experiment.ts";
import { descriptionSchema } from "#model/identifiers.ts";
import { promotionPlanSchema } from "#model/release/promotion-plan.ts";
import { endpoint } from "./endpoint.ts";
import { keyParameterSchema } from "./parameters.ts";

/** A change of the live version without an experiment, watched by guardrails. */
export const releaseInputSchema = z
  .strictObject({
    version: configVersionNumberSchema,
    kind: experimentKindSchema.default("model"),
    /** As an experiment's: one primary metric, and guardrails with what they tolerate. */
    metrics: experimentInputSchema.shape.metrics,
    alpha: experimentInputSchema.shape.alpha,
    shards: experimentInputSchema.shape.shards,
    unvouched: experimentInputSchema.shape.unvouched,
    plan: promotionPlanSchema.default(promotionPlanSchema.parse({})),
    reason: descriptionSchema.default(""),
  })
  .meta({ id: "ReleaseInput" });
export type ReleaseInput = z.infer<typeof releaseInputSchema>;

export const postRelease = endpoint({
  method: "POST",
  path: "/v1/configs/:key/releases",
  scope: "admin",
  tag: "AI configs",
  summary:
    "Makes a version live by stages; harm to a metric reverts it. Answers the first stage, an experiment",
  parameters: keyParameterSchema,
  body: releaseInputSchema,
  reply: experimentSchema,
  status: 201,
});
