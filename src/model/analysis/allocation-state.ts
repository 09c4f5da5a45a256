import { z } from "zod";
import { resourceKey } from "../identifiers.ts";

const probability = z.number().min(0).max(1);

const variantShare = z.strictObject({ variant: resourceKey, share: probability });

/** How adaptive allocation stands. */
export const allocationReading = z.strictObject({
  algorithm: z.enum(["thompson", "top_two"]),
  period: z.int().nonnegative(),
  weights: z.array(variantShare),
  /** The chance that each arm is best on the primary metric; null while an arm has too few units. */
  chancesOfBest: z.array(variantShare).nullable(),
  nextWeights: z.array(variantShare).nullable(),
});
export type AllocationReading = z.infer<typeof allocationReading>;

/** The arm ahead of all others, and how evident its lead is. */
export const bestArmReading = z.strictObject({
  variant: resourceKey,
  evidence: z.number(),
  threshold: z.number(),
  isNamed: z.boolean(),
});
export type BestArmReading = z.infer<typeof bestArmReading>;
