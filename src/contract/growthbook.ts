import * as z from "zod";
import { resourceKeySchema } from "#model/identifiers.ts";
import { jsonObjectSchema } from "#shared/json.ts";
import { endpoint } from "./endpoint.ts";
import { servedConfigValueSchema } from "./ruleset.ts";

/** Half-open, of the buckets of a hash. */
const bucketRangeSchema = z.tuple([z.number(), z.number()]);

/** A running experiment, as GrowthBook's SDKs evaluate it: the first rule that a unit takes part in decides. */
export const growthbookRuleSchema = z.strictObject({
  id: resourceKeySchema,
  key: resourceKeySchema,
  seed: z.string(),
  hashAttribute: z.literal("id"),
  hashVersion: z.literal(2),
  variations: z.array(servedConfigValueSchema),
  ranges: z.array(bucketRangeSchema),
  /** What SDKs that know no ranges compute the same ones from. */
  weights: z.array(z.number()),
  coverage: z.number(),
  /** In the order of the variations: which variant each is. */
  meta: z.array(z.strictObject({ key: resourceKeySchema })),
  /** The namespace. */
  filters: z
    .array(
      z.strictObject({
        attribute: z.literal("id"),
        seed: z.string(),
        hashVersion: z.literal(1),
        ranges: z.array(bucketRangeSchema),
      }),
    )
    .optional(),
  condition: jsonObjectSchema.optional(),
  /** The number of the phase of the weights. */
  phase: z.string(),
});
export type GrowthbookRule = z.infer<typeof growthbookRuleSchema>;

/** A payload of GrowthBook's SDK endpoint: one feature per AI config. */
export const growthbookPayloadSchema = z
  .strictObject({
    status: z.literal(200),
    features: z.record(
      resourceKeySchema,
      z.strictObject({ defaultValue: servedConfigValueSchema, rules: z.array(growthbookRuleSchema) }),
    ),
  })
  .meta({ id: "GrowthbookPayload" });
export type GrowthbookPayload = z.infer<typeof growthbookPayloadSchema>;

export const getGrowthbookFeatures = endpoint({
  method: "GET",
  path: "/api/features/:clientKey",
  scope: "client",
  keyParameter: "clientKey",
  tag: "GrowthBook",
  summary: "The AI configs and running experiments as a payload for GrowthBook's SDKs, without prompts",
  crossOrigin: true,
  parameters: z.object({ clientKey: z.string() }),
  reply: growthbookPayloadSchema,
});
