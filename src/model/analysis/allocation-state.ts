import * as z from "zod";
import { resourceKeySchema } from "../identifiers.ts";
import { probabilitySchema } from "./probability.ts";

const variantShareSchema = z.strictObject({ variant: resourceKeySchema, share: probabilitySchema });

/** How adaptive allocation stands. */
export const allocationStateSchema = z.strictObject({
  algorithm: z.enum(["thompson", "top_two"]),
  phase: z.int().nonnegative(),
  weights: z.array(variantShareSchema),
  /** The chance that each arm is best on the primary metric; null while an arm has too few units. */
  chancesOfBest: z.array(variantShareSchema).nullable(),
  nextWeights: z.array(variantShareSchema).nullable(),
});
export type AllocationState = z.infer<typeof allocationStateSchema>;

/** The arm ahead of all others, and how evident its lead is. */
export const bestArmStateSchema = z.strictObject({
  variant: resourceKeySchema,
  evidence: z.number(),
  threshold: z.number(),
  isNamed: z.boolean(),
});
export type BestArmState = z.infer<typeof bestArmStateSchema>;
