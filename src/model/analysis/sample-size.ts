import * as z from "zod";
import { futilityPolicySchema } from "../experiment/futility.ts";
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
  /** Units of one treatment per control unit. */
  ratio: z.number().gt(0).max(1_000).default(1),
  /** Treatments beside control. Each is tested at alpha / treatments, and all units are those of control and one of them. */
  treatments: z.int().min(1).max(100).default(1),
  /** What an experiment with a maximum does with a treatment that can hardly be proven better any more. */
  futility: futilityPolicySchema.default("stop"),
  /** Units of control and one treatment, to see how an experiment with this maximum is expected to go. */
  maximumUnits: z.int().min(2).optional(),
  /** What one unit costs, in dollars. */
  costPerUnit: z.number().nonnegative().max(1e12).optional(),
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

const chanceSchema = z.number().min(0).max(1);

const expectedEndSchema = z.strictObject({
  /** Of control and one treatment, on average; null where it may go on without end. */
  units: z.int().positive().nullable(),
  /** Null while nothing is known of the traffic, too. */
  days: z.number().nullable(),
  /** Null where no cost of a unit is given, too. */
  dollars: z.number().nullable(),
  /** How it ends; they sum to 1. */
  chances: z.strictObject({
    promoted: chanceSchema,
    provenWorse: chanceSchema,
    futile: chanceSchema,
    /** At the maximum. Without one: of never being decided. */
    undecided: chanceSchema,
  }),
});

const expectedCourseSchema = z.strictObject({
  /** Units of control and one treatment; null without a maximum. */
  maximumUnits: z.int().positive().nullable(),
  /** If the treatment is better by the minimum detectable effect. */
  effect: expectedEndSchema,
  /** If it makes no difference. */
  none: expectedEndSchema,
  /** If it is worse by as much; null where a share cannot be. */
  harm: expectedEndSchema.nullable(),
});
export type ExpectedCourseReply = z.infer<typeof expectedCourseSchema>;

export const sampleSizeReplySchema = z
  .strictObject({
    /** Looking once, at the end. */
    fixedHorizon: planSchema,
    /** Looking all the time, as Bakeoff's decisions do, with these units as the maximum. */
    alwaysValid: planSchema,
    /**
     * How an experiment with the rule `superiority` and fixed weights is expected to go. Guardrails, a shortest duration,
     * conversion windows, and doubts about the data may make it longer.
     */
    expected: z.strictObject({
      /**
       * With the maximum that promotes the effect with the chosen power, all looks counted; null where no maximum does, and
       * for a power of more than 0.9999 or of less than chance.
       */
      forPower: expectedCourseSchema.nullable(),
      /** With `maximumUnits`, or else `units`, as the maximum; null where neither is given. */
      forMaximum: expectedCourseSchema.nullable(),
      withoutMaximum: expectedCourseSchema,
    }),
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
