import { z } from "zod";
import { epochMilliseconds, resourceKey } from "../identifiers.ts";

const probability = z.number().min(0).max(1);

/** Do the variants' unit counts fit the weights? */
export const sampleRatioCheck = z.strictObject({
  /** `mismatch`: the running p-value is below the threshold, at this look or an earlier one. */
  verdict: z.enum(["ok", "mismatch", "insufficient_data"]),
  observed: z.array(z.strictObject({ variant: resourceKey, units: z.int(), expected: z.number() })),
  /** Pearson's chi-square, for a single look. */
  pValue: probability.nullable(),
  /** Valid at every look. */
  sequentialPValue: probability.nullable(),
  /** The smallest sequential p-value of all looks so far, or since a person accepted the data; decisions read this one. */
  runningPValue: probability.nullable(),
});
export type SampleRatioCheck = z.infer<typeof sampleRatioCheck>;

/** Of one arm's units, those whose exposure was recorded; the others are known by an outcome only. */
export const armAnnouncement = z.strictObject({
  variant: resourceKey,
  units: z.int().nonnegative(),
  announced: z.int().nonnegative(),
});
export type ArmAnnouncement = z.infer<typeof armAnnouncement>;

/** What puts all numbers in doubt. Once raised it stays until a person accepts the data: dilution mends nothing. */
export const dataDoubt = z.enum(["sample_ratio_mismatch", "too_many_crossed_over"]);
export type DataDoubt = z.infer<typeof dataDoubt>;

/** What the looks so far hold against the data. Kept with the experiment, because an analysis may be too large to be stored. */
export const standingDoubts = z.strictObject({
  /** The time of the newest look, epoch milliseconds. */
  takenAt: epochMilliseconds,
  dataDoubts: z.array(dataDoubt),
  /** The smallest sequential p-value of the split; null while it could not be computed. */
  runningPValue: z.number().min(0).max(1).nullable(),
});
export type StandingDoubts = z.infer<typeof standingDoubts>;

/** How many units the newest look found that nobody vouches for. They decide nothing. */
export const unvouchedReading = z.strictObject({
  takenAt: epochMilliseconds,
  units: z.int().nonnegative(),
  /** Those that decide, at the same look. */
  decidingUnits: z.int().nonnegative(),
  /** Since when every look has found more units of the first kind than of the second; null where the newest has not. */
  mostSince: epochMilliseconds.nullable(),
});
export type UnvouchedReading = z.infer<typeof unvouchedReading>;
