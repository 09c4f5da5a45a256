import * as z from "zod";
import { configVersionNumberSchema } from "../config/ai-config.ts";
import { MAXIMUM_PHASE_RANGES } from "../experiment/phase.ts";
import { resourceKeySchema } from "../identifiers.ts";

const shareSchema = z.number().min(0).max(1);

/** An experiment leaves its ranges, and what lies between them. */
const MAXIMUM_SEGMENTS = 2 * MAXIMUM_PHASE_RANGES + 1;

/**
 * Segments of buckets in the order in which a release's treatment takes them over; together they are all buckets. With a share
 * of 0.25 it has the first quarter of their length, so that a larger share only ever adds units.
 */
export const growthSchema = z
  .array(
    z
      .tuple([shareSchema, shareSchema])
      .refine(([start, end]) => start < end, "a segment starts before it ends"),
  )
  .min(1)
  .max(MAXIMUM_SEGMENTS);
export type Growth = z.infer<typeof growthSchema>;

export const stageSchema = z.strictObject({
  share: z.number().gt(0).lt(1),
  seconds: z.int().positive(),
});

/**
 * What makes an experiment one stage of a release: its treatment replaces its control for everybody unless it does harm. Every
 * stage is an experiment of its own, in which units are counted anew.
 */
export const releaseSchema = z
  .strictObject({
    /** The experiment whose winner this is; null for a release without one. */
    origin: resourceKeySchema.nullable(),
    /** The first stage's experiment: one name for them all. */
    name: resourceKeySchema,
    /** All stages; the treatment's version is live once the last one has passed. */
    stages: z.array(stageSchema).min(1).max(10),
    /** Which of them this is, from 0. */
    stage: z.int().min(0).max(9),
    /** The version to which a harmful release returns: the one that is live meanwhile. */
    previousVersion: configVersionNumberSchema,
  })
  .refine(({ stages, stage }) => stage < stages.length, "there is no such stage")
  .meta({ id: "Release" });
export type Release = z.infer<typeof releaseSchema>;

export function isLastStage({ stages, stage }: Pick<Release, "stages" | "stage">): boolean {
  return stage === stages.length - 1;
}
