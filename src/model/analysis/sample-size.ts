import { z } from "zod";
import { metricKeySchema, resourceKeySchema } from "../identifiers.ts";

const openShareSchema = z.number().gt(0).lt(1);

const common = {
  /** The smallest difference worth finding; or `units` instead. */
  minimumDetectableEffect: z
    .strictObject({
      kind: z.enum(["absolute", "relative"]),
      value: z.number().positive(),
    })
    .optional(),
  /** Units of both arms together, for the question what they can find. */
  units: z.int().min(2).optional(),
  /** Units that arrive per day, for the expected duration. */
  unitsPerDay: z.number().positive().max(1e12).optional(),
  alpha: openShareSchema.default(0.05),
  power: openShareSchema.default(0.8),
  /** Treatment units per control unit. */
  ratio: z.number().gt(0).max(1_000).default(1),
};

/** What a metric looks like without any treatment: as given, or as an experiment has seen it. */
export const sampleSizeInputSchema = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("proportion"), baseline: openShareSchema, ...common }),
    z.strictObject({
      type: z.literal("mean"),
      baseline: z.number(),
      standardDeviation: z.number().positive(),
      ...common,
    }),
    z.strictObject({
      type: z.literal("observed"),
      experiment: resourceKeySchema,
      metric: metricKeySchema,
      /** By default the experiment's control. */
      variant: resourceKeySchema.optional(),
      ...common,
    }),
  ])
  .refine((input) => (input.minimumDetectableEffect === undefined) !== (input.units === undefined), {
    path: ["minimumDetectableEffect"],
    message: "give either minimumDetectableEffect or units",
  })
  .meta({ id: "SampleSizeInput" });
export type SampleSizeInput = z.infer<typeof sampleSizeInputSchema>;

const planSchema = z.strictObject({
  controlUnits: z.int().positive(),
  treatmentUnits: z.int().positive(),
  /** As asked, or what these units can find; relative to the baseline's magnitude, null at a baseline of 0. */
  minimumDetectableEffect: z.strictObject({ absolute: z.number(), relative: z.number().nullable() }),
  /** Until that many units have arrived; null while nothing is known of the traffic. */
  days: z.number().nullable(),
});

export const sampleSizeReplySchema = z
  .strictObject({
    /** Looking once, at the end. */
    fixedHorizon: planSchema,
    /** Looking all the time, as Bakeoff's decisions do, with these units as the maximum. */
    alwaysValid: planSchema,
    baseline: z.strictObject({
      estimate: z.number(),
      /** Of one unit's value; for an observed ratio of its linearised contribution (delta method). */
      standardDeviation: z.number(),
      /** How many units were observed; null for given numbers. */
      units: z.int().nullable(),
    }),
    traffic: z
      .strictObject({
        unitsPerDay: z.number(),
        /** The time since the first exposure that the rate was observed over; null for a given rate. */
        observedDays: z.number().nullable(),
      })
      .nullable(),
  })
  .meta({ id: "SampleSizeReply" });
