import * as z from "zod";
import { epochMillisecondsSchema, metricKeySchema, resourceKeySchema } from "../identifiers.ts";
import { chiSquareTestSchema, unavailableReasonSchema } from "./analysis.ts";
import { intervalSchema } from "./interval.ts";
import { probabilitySchema } from "./probability.ts";

/** With fewer units in a cell neither the table nor the effects in it say anything. */
export const MINIMUM_UNITS_PER_CELL = 30;

const unavailableSchema = z.strictObject({
  status: z.literal("unavailable"),
  reason: unavailableReasonSchema,
});
/** Units that are in one variant of each of the two experiments. */
export const interactionCellSchema = z.strictObject({
  variant: resourceKeySchema,
  otherVariant: resourceKeySchema,
  units: z.int().nonnegative(),
});
export type InteractionCell = z.infer<typeof interactionCellSchema>;

/** A difference with its error; for one look, as this check is. */
export const contrastSchema = z.strictObject({
  status: z.literal("ok"),
  estimate: z.number(),
  standardError: z.number().nonnegative(),
  degreesOfFreedom: z.number().positive(),
  pValue: probabilitySchema,
  interval: intervalSchema,
});

/** A treatment against control, among the units of one variant of the other experiment. */
export const conditionalEffectSchema = z.strictObject({
  variant: resourceKeySchema,
  otherVariant: resourceKeySchema,
  effect: z.discriminatedUnion("status", [contrastSchema, unavailableSchema]),
});
export type ConditionalEffect = z.infer<typeof conditionalEffectSchema>;

/** By how much a treatment's effect differs between a variant of the other experiment and its control. */
export const effectDifferenceSchema = z.strictObject({
  variant: resourceKeySchema,
  otherVariant: resourceKeySchema,
  difference: z.discriminatedUnion("status", [
    contrastSchema.extend({
      /** Multiplied by the number of such differences (Bonferroni). */
      adjustedPValue: probabilitySchema,
    }),
    unavailableSchema,
  ]),
});
export type EffectDifference = z.infer<typeof effectDifferenceSchema>;

export const interactionResultsSchema = z
  .strictObject({
    experiment: resourceKeySchema,
    other: resourceKeySchema,
    takenAt: epochMillisecondsSchema,
    /** Units in both experiments, each in one variant of each. */
    units: z.int().nonnegative(),
    /** Units in both experiments that were seen in two variants of one of them: left out. */
    multipleExposureUnits: z.int().nonnegative(),
    table: z.array(interactionCellSchema),
    /** Is the variant in one experiment independent of the variant in the other? */
    assignment: z.strictObject({
      verdict: z.enum(["independent", "dependent", "insufficient_data"]),
      test: z.discriminatedUnion("status", [chiSquareTestSchema, unavailableSchema]),
    }),
    /** The first experiment's primary metric. */
    metric: metricKeySchema,
    alpha: z.number(),
    /** How many differences of effects there are; each interval has its share of alpha. */
    comparisons: z.int().positive(),
    correctedAlpha: z.number(),
    effects: z.array(conditionalEffectSchema),
    differences: z.array(effectDifferenceSchema),
    /** `interacting` when a difference of effects is beyond chance; `none_found` is no proof that there is none. */
    verdict: z.enum(["interacting", "none_found", "insufficient_data"]),
  })
  .meta({ id: "InteractionResults" });
export type InteractionResults = z.infer<typeof interactionResultsSchema>;
