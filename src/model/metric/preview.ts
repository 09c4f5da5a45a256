import * as z from "zod";
import { epochMillisecondsSchema, resourceKeySchema } from "../identifiers.ts";
import { metricDefinitionSchema } from "./metric.ts";

/** What a definition makes of the newest logged events, before it is saved. */
export const metricPreviewInputSchema = z
  .strictObject({
    definition: metricDefinitionSchema,
    /** By default the experiments that logged most recently. */
    experiment: resourceKeySchema.optional(),
  })
  .meta({ id: "MetricPreviewInput" });

const binSchema = z.strictObject({ from: z.number(), to: z.number(), count: z.int().nonnegative() });

export const metricPreviewSchema = z
  .strictObject({
    /** Whose events were read. */
    experiments: z.array(resourceKeySchema),
    /** Events read, and those that carry the metric. */
    events: z.int().nonnegative(),
    eventsWithMetric: z.int().nonnegative(),
    /** Units that enter the estimate. */
    units: z.int().nonnegative(),
    from: epochMillisecondsSchema.nullable(),
    to: epochMillisecondsSchema.nullable(),
    /** The metric over all variants together, as an experiment would compute it; null without data. */
    estimate: z.number().nullable(),
    standardError: z.number().nonnegative().nullable(),
    /** Logged values, before capping; null without any. */
    values: z
      .strictObject({
        minimum: z.number(),
        maximum: z.number(),
        mean: z.number(),
        quantiles: z.array(z.strictObject({ quantile: z.number(), value: z.number() })),
        /** Values that the cap changes; for a metric per unit, units whose total it changes. */
        capped: z.int().nonnegative(),
        /** Values that this definition would refuse, and why the first of them. */
        impossible: z.int().nonnegative(),
        firstImpossible: z.string().nullable(),
        /** At most 30 adjoining bins of unequal widths; `from` belongs to a bin, `to` only to the last one. */
        histogram: z.array(binSchema),
      })
      .nullable(),
    /** Metric keys found in these events, most frequent first: what could be defined. */
    loggedKeys: z.array(z.strictObject({ key: z.string(), events: z.int().positive() })),
  })
  .meta({ id: "MetricPreview" });
export type MetricPreview = z.infer<typeof metricPreviewSchema>;
