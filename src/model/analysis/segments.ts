import { z } from "zod";
import { epochMillisecondsSchema, metricKeySchema, resourceKeySchema } from "../identifiers.ts";
import { analysisSchema, metricAnalysisSchema } from "./analysis.ts";
import { sampleRatioCheckSchema } from "./data-quality.ts";
import { intervalSchema } from "./interval.ts";

/** Further values are counted together: each one costs all others some of their error rate. */
export const MAXIMUM_SEGMENTS = 20;

/** A property with more values than this is an identifier, not a segment. */
export const MAXIMUM_SEGMENT_VALUES = 10_000;

/** `?property=`: the event property by whose values the results are broken down. */
export const segmentQuerySchema = z.strictObject({ property: z.string().min(1).max(64) });

export const segmentValueSchema = z.union([z.string(), z.number(), z.boolean()]);
export type SegmentValue = z.infer<typeof segmentValueSchema>;

/** The analysis of the events that carry one value, at the corrected error rate. */
export const segmentAnalysisSchema = z.strictObject({
  value: segmentValueSchema,
  units: z.int().nonnegative(),
  events: z.int().nonnegative(),
  /** With p-values multiplied by the number of segments. */
  sampleRatio: sampleRatioCheckSchema,
  metrics: z.array(metricAnalysisSchema),
});
export type SegmentAnalysis = z.infer<typeof segmentAnalysisSchema>;

const differenceSchema = z.strictObject({ estimate: z.number(), interval: intervalSchema });

/** A segment in which a treatment does the opposite of what it does overall, beyond chance in both. */
export const segmentReversalSchema = z.strictObject({
  metric: metricKeySchema,
  variant: resourceKeySchema,
  value: segmentValueSchema,
  segment: differenceSchema,
  overall: differenceSchema,
});
export type SegmentReversal = z.infer<typeof segmentReversalSchema>;

export const segmentResultsSchema = z
  .strictObject({
    experiment: resourceKeySchema,
    property: z.string(),
    /** Always: segments raise questions for a next experiment, they decide nothing. */
    exploratory: z.literal(true),
    takenAt: epochMillisecondsSchema,
    /** The experiment's error rate, and its share for each comparison: alpha / (segments × treatments). */
    alpha: z.number(),
    comparisons: z.int().positive(),
    correctedAlpha: z.number(),
    /** All units, at the corrected error rate too. */
    overall: analysisSchema,
    /** The most frequent values, by number of events. A unit is in every segment that one of its events is in. */
    segments: z.array(segmentAnalysisSchema),
    /** The less frequent values together. */
    other: z.strictObject({
      values: z.int().nonnegative(),
      units: z.int().nonnegative(),
      events: z.int().nonnegative(),
    }),
    /** Outcome events that do not carry the property. */
    eventsWithoutProperty: z.int().nonnegative(),
    reversals: z.array(segmentReversalSchema),
  })
  .meta({ id: "SegmentResults" });
export type SegmentResults = z.infer<typeof segmentResultsSchema>;
