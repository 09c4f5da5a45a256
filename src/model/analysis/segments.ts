import { z } from "zod";
import { epochMilliseconds, metricKey, resourceKey } from "../identifiers.ts";
import { analysis, interval, metricAnalysis } from "./analysis.ts";
import { sampleRatioCheck } from "./data-quality.ts";

/** Further values are counted together: each one costs all others some of their error rate. */
export const MAXIMUM_SEGMENTS = 20;

/** A property with more values than this is an identifier, not a segment. */
export const MAXIMUM_SEGMENT_VALUES = 10_000;

/** `?property=`: the event property by whose values the results are broken down. */
export const segmentQuery = z.strictObject({ property: z.string().min(1).max(64) });

export const segmentValue = z.union([z.string(), z.number(), z.boolean()]);
export type SegmentValue = z.infer<typeof segmentValue>;

/** The analysis of the events that carry one value, at the corrected error rate. */
export const segmentAnalysis = z.strictObject({
  value: segmentValue,
  units: z.int().nonnegative(),
  events: z.int().nonnegative(),
  /** With p-values multiplied by the number of segments. */
  sampleRatio: sampleRatioCheck,
  metrics: z.array(metricAnalysis),
});
export type SegmentAnalysis = z.infer<typeof segmentAnalysis>;

const difference = z.strictObject({ estimate: z.number(), interval });

/** A segment in which a treatment does the opposite of what it does overall, beyond chance in both. */
export const segmentReversal = z.strictObject({
  metric: metricKey,
  variant: resourceKey,
  value: segmentValue,
  segment: difference,
  overall: difference,
});
export type SegmentReversal = z.infer<typeof segmentReversal>;

export const segmentResults = z
  .strictObject({
    experiment: resourceKey,
    property: z.string(),
    /** Always: segments raise questions for a next experiment, they decide nothing. */
    exploratory: z.literal(true),
    takenAt: epochMilliseconds,
    /** The experiment's error rate, and its share for each comparison: alpha / (segments × treatments). */
    alpha: z.number(),
    comparisons: z.int().positive(),
    correctedAlpha: z.number(),
    /** All units, at the corrected error rate too. */
    overall: analysis,
    /** The most frequent values, by number of events. A unit is in every segment that one of its events is in. */
    segments: z.array(segmentAnalysis),
    /** The less frequent values together. */
    other: z.strictObject({
      values: z.int().nonnegative(),
      units: z.int().nonnegative(),
      events: z.int().nonnegative(),
    }),
    /** Outcome events that do not carry the property. */
    eventsWithoutProperty: z.int().nonnegative(),
    reversals: z.array(segmentReversal),
  })
  .meta({ id: "SegmentResults" });
export type SegmentResults = z.infer<typeof segmentResults>;
