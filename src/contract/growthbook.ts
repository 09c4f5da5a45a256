import { z } from "zod";
import { resourceKey } from "#model/identifiers.ts";
import { jsonObject } from "#shared/json.ts";
import { servedConfigValue } from "./ruleset.ts";

/** Half-open, of the buckets of a hash. */
const bucketRange = z.tuple([z.number(), z.number()]);

/** A running experiment, as GrowthBook's SDKs evaluate it: the first rule that a unit takes part in decides. */
export const growthbookRule = z.strictObject({
  id: resourceKey,
  key: resourceKey,
  seed: z.string(),
  hashAttribute: z.literal("id"),
  hashVersion: z.literal(2),
  variations: z.array(servedConfigValue),
  ranges: z.array(bucketRange),
  /** What SDKs that know no ranges compute the same ones from. */
  weights: z.array(z.number()),
  coverage: z.number(),
  /** In the order of the variations: which variant each is. */
  meta: z.array(z.strictObject({ key: resourceKey })),
  /** The namespace. */
  filters: z
    .array(
      z.strictObject({
        attribute: z.literal("id"),
        seed: z.string(),
        hashVersion: z.literal(1),
        ranges: z.array(bucketRange),
      }),
    )
    .optional(),
  condition: jsonObject.optional(),
  /** The number of the period of the weights. */
  phase: z.string(),
});
export type GrowthbookRule = z.infer<typeof growthbookRule>;

/** A payload of GrowthBook's SDK endpoint: one feature per AI config. */
export const growthbookPayload = z
  .strictObject({
    status: z.literal(200),
    features: z.record(
      resourceKey,
      z.strictObject({ defaultValue: servedConfigValue, rules: z.array(growthbookRule) }),
    ),
  })
  .meta({ id: "GrowthbookPayload" });
export type GrowthbookPayload = z.infer<typeof growthbookPayload>;
