import * as z from "zod";
import { epochMillisecondsSchema, resourceKeySchema } from "../identifiers.ts";

/** What every edge reads of a phase is bounded by it; ten arms with twenty layers of coverage fit several times. */
export const MAXIMUM_PHASE_RANGES = 1_000;

/** Earlier steps of coverage that are told apart. */
export const MAXIMUM_COVERAGE_STEPS = 20;

/**
 * Buckets from start up to, not including, end that get one variant, by its place in the experiment. Buckets of one layer have
 * taken part since the same time.
 */
export const phaseRangeSchema = z.tuple([
  z.int().min(0).max(9),
  z.number().min(0).max(1),
  z.number().min(0).max(1),
  z.int().nonnegative(),
]);
export type PhaseRange = z.infer<typeof phaseRangeSchema>;

/** Why a phase began. `adapted`: weights that follow the evidence. `changed`: by a person. `freed`: a treatment has left. */
export const phaseCauseSchema = z.enum(["adapted", "changed", "freed"]);

/** A stretch of time with constant weights, in the order of the variants. */
export const phaseSchema = z.strictObject({
  startedAt: epochMillisecondsSchema,
  /** 0 for a treatment that has left and whose traffic others have. */
  weights: z.array(z.number().nonnegative()).min(2).max(10),
  /** Which buckets get which variant; where it is left out, weights and coverage say so. */
  ranges: z.array(phaseRangeSchema).max(MAXIMUM_PHASE_RANGES).optional(),
  /** The shares of units that took part before coverage grew, while it was by weights and coverage; the smallest first. */
  earlierCoverages: z.array(z.number().positive().max(1)).max(MAXIMUM_COVERAGE_STEPS).optional(),
  /** No unit that counts has another variant than in the phase before: its outcomes go on counting where it does. */
  keepsUnits: z.literal(true).optional(),
  /** Left out in the first phase, and in those from before it was noted. */
  cause: phaseCauseSchema.optional(),
  /** The treatment whose leaving began it. */
  left: resourceKeySchema.optional(),
});
export type Phase = z.infer<typeof phaseSchema>;

/** The first phase of those up to this one in which no unit that counts has changed its variant. */
export function keptSince(phases: readonly Phase[], phase: number): number {
  let first = phase;
  while (first > 0 && phases[first]?.keepsUnits) first -= 1;
  return first;
}
