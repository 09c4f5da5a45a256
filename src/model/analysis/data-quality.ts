import * as z from "zod";
import { epochMillisecondsSchema, resourceKeySchema } from "../identifiers.ts";
import { probabilitySchema } from "./probability.ts";

/** Do the variants' unit counts fit the weights? */
export const sampleRatioCheckSchema = z.strictObject({
  /** `mismatch`: the running p-value is below the threshold, at this look or an earlier one. */
  verdict: z.enum(["ok", "mismatch", "insufficient_data"]),
  observed: z.array(z.strictObject({ variant: resourceKeySchema, units: z.int(), expected: z.number() })),
  /** Pearson's chi-square, for a single look. */
  pValue: probabilitySchema.nullable(),
  /** Valid at every look. */
  sequentialPValue: probabilitySchema.nullable(),
  /** The smallest sequential p-value of all looks so far, or since a person accepted the data; decisions read this one. */
  runningPValue: probabilitySchema.nullable(),
});
export type SampleRatioCheck = z.infer<typeof sampleRatioCheckSchema>;

/** Of one arm's units, those whose exposure was recorded; the others are known by an outcome only. */
export const armAnnouncementSchema = z.strictObject({
  variant: resourceKeySchema,
  units: z.int().nonnegative(),
  announced: z.int().nonnegative(),
});
export type ArmAnnouncement = z.infer<typeof armAnnouncementSchema>;

/** What puts all numbers in doubt. Once raised it stays until a person accepts the data: dilution mends nothing. */
export const dataDoubtSchema = z.enum([
  "sample_ratio_mismatch",
  "too_many_multiple_exposures",
  "too_many_erased_units",
]);
export type DataDoubt = z.infer<typeof dataDoubtSchema>;

/** What the looks so far hold against the data. Kept with the experiment, because an analysis may be too large to be stored. */
export const standingDoubtsSchema = z.strictObject({
  /** The time of the newest look, epoch milliseconds. */
  takenAt: epochMillisecondsSchema,
  dataDoubts: z.array(dataDoubtSchema),
  /** The smallest sequential p-value of the split; null while it could not be computed. */
  runningPValue: probabilitySchema.nullable(),
});
export type StandingDoubts = z.infer<typeof standingDoubtsSchema>;

/** How many units the newest look found that nobody vouches for. They decide nothing. */
export const unvouchedSummarySchema = z.strictObject({
  takenAt: epochMillisecondsSchema,
  units: z.int().nonnegative(),
  /** Those that decide, at the same look. */
  decidingUnits: z.int().nonnegative(),
  /** Since when every look has found more units of the first kind than of the second; null where the newest has not. */
  mostSince: epochMillisecondsSchema.nullable(),
});
export type UnvouchedSummary = z.infer<typeof unvouchedSummarySchema>;
