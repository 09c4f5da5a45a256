import { z } from "zod";
import { metricKey, resourceKey } from "../identifiers.ts";

const openShare = z.number().gt(0).lt(1);

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
  alpha: openShare.default(0.05),
  power: openShare.default(0.8),
  /** Treatment units per control unit. */
  ratio: z.number().gt(0).max(1_000).default(1),
};

/** What a metric looks like without any treatment: as given, or as an experiment has seen it. */
export const sampleSizeInput = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("proportion"), baseline: openShare, ...common }),
    z.strictObject({
      type: z.literal("mean"),
      baseline: z.number(),
      standardDeviation: z.number().positive(),
      ...common,
    }),
    z.strictObject({
      type: z.literal("observed"),
      experiment: resourceKey,
      metric: metricKey,
      /** By default the experiment's control. */
      variant: resourceKey.optional(),
      ...common,
    }),
  ])
  .refine((input) => (input.minimumDetectableEffect === undefined) !== (input.units === undefined), {
    path: ["minimumDetectableEffect"],
    message: "give either minimumDetectableEffect or units",
  })
  .meta({ id: "SampleSizeInput" });
export type SampleSizeInput = z.infer<typeof sampleSizeInput>;

const plan = z.strictObject({
  controlUnits: z.int().positive(),
  treatmentUnits: z.int().positive(),
  /** As asked, or what these units can find; relative to the baseline's magnitude, null at a baseline of 0. */
  minimumDetectableEffect: z.strictObject({ absolute: z.number(), relative: z.number().nullable() }),
  /** Until that many units have arrived; null while nothing is known of the traffic. */
  days: z.number().nullable(),
});

export const sampleSizeReply = z
  .strictObject({
    /** Looking once, at the end. */
    fixedHorizon: plan,
    /** Looking all the time, as Bakeoff's decisions do. */
    alwaysValid: plan,
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
