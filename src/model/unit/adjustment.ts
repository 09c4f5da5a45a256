import * as z from "zod";
import { isForbiddenKey } from "#shared/json.ts";
import { MAXIMUM_ATTRIBUTE_LENGTH, type UnitAttributes } from "./kept-attributes.ts";

/** So many numeric attributes explain variance away at most, and so many values divide the units into strata. */
export const MAXIMUM_COVARIATE_ATTRIBUTES = 5;
export const MAXIMUM_STRATA = 10;

/** So many attributes of the assignment are kept for segments at most. */
export const MAXIMUM_KEPT_ATTRIBUTES = 10;

/** An attribute of the assignment, at its top level. */
export const attributeNameSchema = z
  .string()
  .min(1)
  .max(64)
  .refine((name) => !isForbiddenKey(name), "this name is not allowed");

function areDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

/** A categorical attribute of the assignment, such as the task's type. Units with no value of the list form a stratum too. */
export const strataSchema = z.strictObject({
  attribute: attributeNameSchema,
  values: z
    .array(z.string().min(1).max(MAXIMUM_ATTRIBUTE_LENGTH))
    .min(1)
    .max(MAXIMUM_STRATA)
    .refine(areDistinct, "a value can be listed only once"),
});

/**
 * What is known of a unit before it is assigned and explains variance away: strata, and numeric attributes of the assignment. A
 * unit's are those of the assignment that makes it known.
 */
export const adjustForSchema = z
  .strictObject({
    strata: strataSchema.optional(),
    covariates: z
      .array(attributeNameSchema)
      .max(MAXIMUM_COVARIATE_ATTRIBUTES)
      .refine(areDistinct, "a name can be listed only once")
      .default([]),
  })
  .refine(({ strata, covariates }) => strata !== undefined || covariates.length > 0, "nothing to adjust for");
export type AdjustFor = z.infer<typeof adjustForSchema>;

/** The names of the attributes that are logged with a unit's first exposure, so that it can be looked at by segments. */
export const keptAttributesSchema = z
  .array(attributeNameSchema)
  .max(MAXIMUM_KEPT_ATTRIBUTES)
  .refine(areDistinct, "a name can be listed only once");

/** What is kept of a unit's attributes. */
export const unitAttributesSchema = z.record(
  attributeNameSchema,
  z.union([z.string(), z.number(), z.boolean()]),
) satisfies z.ZodType<UnitAttributes>;
