import * as z from "zod";
import { horizonSchema } from "../experiment/horizon.ts";
import { epochMillisecondsSchema, metricKeySchema, resourceKeySchema } from "../identifiers.ts";
import { intervalSchema } from "./interval.ts";
import { probabilitySchema } from "./probability.ts";

/** What a look was made of and under, as far as another one must be made of and under the same to count together with it. */
const proofBasisSchema = z.strictObject({
  engineVersion: z.string(),
  metric: metricKeySchema,
  alpha: z.number(),
  horizon: horizonSchema,
  maximumUnits: z.int().nullable(),
  plannedUnits: z.int(),
  /** How often the totals had been asked to be counted anew, or a look had not followed the one before. */
  recounts: z.int().nonnegative(),
  /** What had been taken out of the totals. */
  multipleExposureUnits: z.int().nonnegative(),
  excludedUnits: z.int().nonnegative(),
  excludedEvents: z.int().nonnegative(),
  erasedUnits: z.int().nonnegative(),
});

/**
 * What a look has proven: a treatment is better than control on the primary metric, and nothing but undecided guardrails has
 * stood in the way of its promotion at that look, nor at any since.
 */
export const proofSchema = z.strictObject({
  variant: resourceKeySchema,
  /** Of the look whose evidence is strongest. */
  takenAt: epochMillisecondsSchema,
  /** Always-valid, corrected for the number of treatments. */
  pValue: probabilitySchema,
  /** Of treatment − control at that look: always-valid, corrected, without 0. */
  interval: intervalSchema,
  /** With the metric, at that look. */
  units: z.strictObject({ control: z.int().nonnegative(), treatment: z.int().nonnegative() }),
  basis: proofBasisSchema,
});
export type Proof = z.infer<typeof proofSchema>;
