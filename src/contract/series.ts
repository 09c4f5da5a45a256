import { z } from "zod";
import { interval } from "#model/analysis/analysis.ts";
import { epochMilliseconds, metricKey, resourceKey } from "#model/identifiers.ts";

/** How many points a series has at most; of more analyses the last of each stretch of time stands. */
export const MAXIMUM_SERIES_POINTS = 200;

/** `?metric=`: by default the primary one. */
export const seriesQuery = z.strictObject({ metric: metricKey.optional() });

const probability = z.number().min(0).max(1);

/** One treatment against control at one look; all null where it could not be computed. */
export const seriesComparison = z.strictObject({
  variant: resourceKey,
  estimate: z.number().nullable(),
  /** For a single look. */
  interval: interval.nullable(),
  /** Valid at every look. */
  alwaysValid: interval.nullable(),
});

export const seriesPoint = z.strictObject({
  takenAt: epochMilliseconds,
  units: z.int().nonnegative(),
  crossedOverUnits: z.int().nonnegative(),
  /** Units per variant, and what the weights let expect. */
  observed: z.array(z.strictObject({ variant: resourceKey, units: z.int(), expected: z.number() })),
  /** The sample-ratio check's sequential p-value over all looks so far. */
  sampleRatioPValue: probability.nullable(),
  comparisons: z.array(seriesComparison),
});
export type SeriesPoint = z.infer<typeof seriesPoint>;

/** How one metric's comparisons and the units developed from analysis to analysis. */
export const series = z
  .strictObject({
    experiment: resourceKey,
    metric: metricKey,
    /** Oldest first. */
    points: z.array(seriesPoint),
  })
  .meta({ id: "Series" });
