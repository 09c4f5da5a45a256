import { z } from "zod";
import { epochMilliseconds, metricKey, resourceKey } from "../identifiers.ts";
import { interval, unavailableReason } from "./analysis.ts";

const capQuantile = z.number().gt(0.5).lt(1);

export const winsorisedQuery = z.strictObject({
  metric: metricKey,
  /** Values above this quantile of all arms together count as the quantile. */
  quantile: z
    .string()
    .regex(/^0?\.\d{1,6}$/)
    .transform(Number)
    .pipe(capQuantile)
    .default(0.99),
});

const unavailable = z.strictObject({ status: z.literal("unavailable"), reason: unavailableReason });

const winsorisedComparison = z.strictObject({
  variant: resourceKey,
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
      pValue: z.number().min(0).max(1),
      interval,
    }),
    unavailable,
  ]),
});
export type WinsorisedComparison = z.infer<typeof winsorisedComparison>;

/** A metric's differences after capping outliers, beside the plain ones and never instead of them. */
export const winsorisedResults = z
  .strictObject({
    experiment: resourceKey,
    metric: metricKey,
    quantile: capQuantile,
    alpha: z.number(),
    takenAt: epochMilliseconds,
    /** One value for every unit: its average over events, or its total for a metric per unit. */
    unitValue: z.enum(["mean", "total"]),
    comparisons: z.array(winsorisedComparison),
  })
  .meta({ id: "WinsorisedResults" });
export type WinsorisedResults = z.infer<typeof winsorisedResults>;
