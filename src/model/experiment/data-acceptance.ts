import * as z from "zod";
import { epochMillisecondsSchema } from "../identifiers.ts";

/**
 * A person's decision to go on although the split or the multiple exposures were in doubt. What had been counted until
 * then is not held against the experiment again; what comes after it is checked anew.
 */
export const dataAcceptanceSchema = z.strictObject({
  at: epochMillisecondsSchema,
  actor: z.string(),
  reason: z.string(),
  /** Units counted by then: for every phase the variants in their order. */
  units: z.array(z.array(z.int().nonnegative())),
  multipleExposureUnits: z.int().nonnegative(),
  erasedUnits: z.int().nonnegative().default(0),
});
export type DataAcceptance = z.infer<typeof dataAcceptanceSchema>;
