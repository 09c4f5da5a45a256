import { z } from "zod";

const openShare = z.number().gt(0).lt(1);

const common = {
  /** The smallest difference worth finding. */
  minimumDetectableEffect: z.strictObject({
    kind: z.enum(["absolute", "relative"]),
    value: z.number().positive(),
  }),
  alpha: openShare.default(0.05),
  power: openShare.default(0.8),
  /** Treatment units per control unit. */
  ratio: z.number().gt(0).max(1_000).default(1),
};

export const sampleSizeInput = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("proportion"), baseline: openShare, ...common }),
    z.strictObject({
      type: z.literal("mean"),
      baseline: z.number(),
      standardDeviation: z.number().positive(),
      ...common,
    }),
  ])
  .meta({ id: "SampleSizeInput" });
export type SampleSizeInput = z.infer<typeof sampleSizeInput>;

const sampleSize = z.strictObject({
  controlUnits: z.int().positive(),
  treatmentUnits: z.int().positive(),
});

export const sampleSizeReply = z
  .strictObject({
    /** Looking once, at the end. */
    fixedHorizon: sampleSize,
    /** Looking all the time, as Bakeoff's decisions do. */
    alwaysValid: sampleSize,
  })
  .meta({ id: "SampleSizeReply" });
