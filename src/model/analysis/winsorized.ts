import * as z from "zod";
import { epochMillisecondsSchema, metricKeySchema, resourceKeySchema } from "../identifiers.ts";
import { unavailableReasonSchema } from "./analysis.ts";
import { intervalSchema } from "./interval.ts";
import { probabilitySchema } from "./probability.ts";

const capQuantileSchema = z.number().gt(0.5).lt(1);

export const winsorizedQuerySchema = z.strictObject({
  metric: metricKeySchema,
  /** Values above this quantile of all arms together count as the quantile. */
  quantile: z
    .string()
    .regex(/^0?\.\d{1,6}$/)
    .transform(Number)
    .pipe(capQuantileSchema)
    .default(0.99),
});

const unavailableSchema = z.strictObject({
  status: z.literal("unavailable"),
  reason: unavailableReasonSchema,
});

const winsorizedComparisonSchema = z.strictObject({
  variant: resourceKeySchema,
  result: z.discriminatedUnion("status", [
    z.strictObject({
      status: z.literal("ok"),
      method: z.literal("welch_t"),
      /** The same for both arms. */
      cap: z.number(),
      /** Units whose value was moved to the cap. */
      cappedUnits: z.int().nonnegative(),
      controlMean: z.number(),
      treatmentMean: z.number(),
      estimate: z.number(),
      standardError: z.number().nonnegative(),
      /** For a single look. */
      pValue: probabilitySchema,
      interval: intervalSchema,
    }),
    unavailableSchema,
  ]),
});
export type WinsorizedComparison = z.infer<typeof winsorizedComparisonSchema>;

/** A metric's differences after capping outliers, beside the plain ones and never instead of them. */
export const winsorizedResultsSchema = z
  .strictObject({
    experiment: resourceKeySchema,
    metric: metricKeySchema,
    quantile: capQuantileSchema,
    alpha: z.number(),
    takenAt: epochMillisecondsSchema,
    /** One value for every unit: its average over events, or its total for a metric per unit. */
    unitValue: z.enum(["mean", "total"]),
    comparisons: z.array(winsorizedComparisonSchema),
  })
  .meta({ id: "WinsorizedResults" });
export type WinsorizedResults = z.infer<typeof winsorizedResultsSchema>;
