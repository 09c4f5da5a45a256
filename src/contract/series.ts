import * as z from "zod";
import { intervalSchema } from "#model/analysis/interval.ts";
import { probabilitySchema } from "#model/analysis/probability.ts";
import { epochMillisecondsSchema, metricKeySchema, resourceKeySchema } from "#model/identifiers.ts";
import { endpoint } from "./endpoint.ts";
import { keyParameterSchema } from "./parameters.ts";

/** How many points a series has at most; of more analyses the last of each stretch of time stands. */
export const MAXIMUM_SERIES_POINTS = 200;

/** `?metric=`: by default the primary one. */
export const seriesQuerySchema = z.strictObject({ metric: metricKeySchema.optional() });

/** One treatment against control at one look; all null where it could not be computed. */
export const seriesComparisonSchema = z.strictObject({
  variant: resourceKeySchema,
  estimate: z.number().nullable(),
  /** For a single look. */
  interval: intervalSchema.nullable(),
  /** Valid at every look. */
  alwaysValid: intervalSchema.nullable(),
});

export const seriesPointSchema = z.strictObject({
  takenAt: epochMillisecondsSchema,
  units: z.int().nonnegative(),
  multipleExposureUnits: z.int().nonnegative(),
  /** Units per variant, and what the weights let expect. */
  observed: z.array(z.strictObject({ variant: resourceKeySchema, units: z.int(), expected: z.number() })),
  /** The sample-ratio check's sequential p-value over all looks so far. */
  sampleRatioPValue: probabilitySchema.nullable(),
  comparisons: z.array(seriesComparisonSchema),
});
export type SeriesPoint = z.infer<typeof seriesPointSchema>;

/** How one metric's comparisons and the units developed from analysis to analysis. */
export const seriesSchema = z
  .strictObject({
    experiment: resourceKeySchema,
    metric: metricKeySchema,
    /** Oldest first. */
    points: z.array(seriesPointSchema),
  })
  .meta({ id: "Series" });

export const getSeries = endpoint({
  method: "GET",
  path: "/v1/experiments/:key/series",
  scope: "read",
  tag: "Results",
  summary: "How a metric's differences and the units developed from analysis to analysis",
  parameters: keyParameterSchema,
  query: seriesQuerySchema,
  reply: seriesSchema,
});
