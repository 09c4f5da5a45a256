import { z } from "zod";
import { epochMilliseconds, metricKey, resourceKey } from "../identifiers.ts";
import { chiSquareTest, interval, unavailableReason } from "./analysis.ts";

/** With fewer units in a cell neither the table nor the effects in it say anything. */
export const MINIMUM_UNITS_PER_CELL = 30;

const unavailable = z.strictObject({ status: z.literal("unavailable"), reason: unavailableReason });
const probability = z.number().min(0).max(1);

/** Units that are in one variant of each of the two experiments. */
export const interactionCell = z.strictObject({
  variant: resourceKey,
  otherVariant: resourceKey,
  units: z.int().nonnegative(),
});
export type InteractionCell = z.infer<typeof interactionCell>;

/** A difference with its error; for one look, as this check is. */
export const contrast = z.strictObject({
  status: z.literal("ok"),
  estimate: z.number(),
  standardError: z.number().nonnegative(),
  degreesOfFreedom: z.number().positive(),
  pValue: probability,
  interval,
});

/** A treatment against control, among the units of one variant of the other experiment. */
export const conditionalEffect = z.strictObject({
  variant: resourceKey,
  otherVariant: resourceKey,
  effect: z.discriminatedUnion("status", [contrast, unavailable]),
});
export type ConditionalEffect = z.infer<typeof conditionalEffect>;

/** By how much a treatment's effect differs between a variant of the other experiment and its control. */
export const effectDifference = z.strictObject({
  variant: resourceKey,
  otherVariant: resourceKey,
  difference: z.discriminatedUnion("status", [
    contrast.extend({
      /** Multiplied by the number of such differences (Bonferroni). */
      adjustedPValue: probability,
    }),
    unavailable,
  ]),
});
export type EffectDifference = z.infer<typeof effectDifference>;

export const interactionResults = z
  .strictObject({
    experiment: resourceKey,
    other: resourceKey,
    takenAt: epochMilliseconds,
    /** Units in both experiments, each in one variant of each. */
    units: z.int().nonnegative(),
    /** Units in both experiments that were seen in two variants of one of them: left out. */
    crossedOverUnits: z.int().nonnegative(),
    table: z.array(interactionCell),
    /** Is the variant in one experiment independent of the variant in the other? */
    assignment: z.strictObject({
      verdict: z.enum(["independent", "dependent", "insufficient_data"]),
      test: z.discriminatedUnion("status", [chiSquareTest, unavailable]),
    }),
    /** The first experiment's primary metric. */
    metric: metricKey,
    alpha: z.number(),
    /** How many differences of effects there are; each interval has its share of alpha. */
    comparisons: z.int().positive(),
    correctedAlpha: z.number(),
    effects: z.array(conditionalEffect),
    differences: z.array(effectDifference),
    /** `interacting` when a difference of effects is beyond chance; `none_found` is no proof that there is none. */
    verdict: z.enum(["interacting", "none_found", "insufficient_data"]),
  })
  .meta({ id: "InteractionResults" });
export type InteractionResults = z.infer<typeof interactionResults>;
