import * as z from "zod";
import { epochMillisecondsSchema, metricKeySchema, resourceKeySchema } from "../identifiers.ts";
import { analysisSchema, metricAnalysisSchema } from "./analysis.ts";
import { sampleRatioCheckSchema } from "./data-quality.ts";
import { intervalSchema } from "./interval.ts";

/** Further values are counted together: each one costs all others some of their error rate. */
export const MAXIMUM_SEGMENTS = 20;

/** A property with more values than this is an identifier, not a segment. */
export const MAXIMUM_SEGMENT_VALUES = 10_000;

const segmentNameSchema = z.string().min(1).max(64);

/** By what results are broken down: a property of events, or an attribute that the experiment keeps of its units. */
export const segmentationSchema = z.strictObject({
  source: z.enum(["property", "attribute"]),
  name: segmentNameSchema,
});
export type Segmentation = z.infer<typeof segmentationSchema>;

/** `?property=` or `?attribute=`: by whose values the results are broken down. */
export const segmentQuerySchema = z
  .strictObject({ property: segmentNameSchema.optional(), attribute: segmentNameSchema.optional() })
  .refine(({ property, attribute }) => (property === undefined) !== (attribute === undefined), {
    path: ["property"],
    message: "name a property or an attribute, one of them",
  });

/** What a query asks for. */
export function toSegmentation({ property, attribute }: z.infer<typeof segmentQuerySchema>): Segmentation {
  return attribute === undefined
    ? { source: "property", name: property ?? "" }
    : { source: "attribute", name: attribute };
}

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
    /** The name of the property or attribute. */
    property: z.string(),
    source: segmentationSchema.shape.source,
    /** Always: segments raise questions for a next experiment, they decide nothing. */
    exploratory: z.literal(true),
    takenAt: epochMillisecondsSchema,
    /** The experiment's error rate, and its share for each comparison: alpha / (segments × treatments). */
    alpha: z.number(),
    comparisons: z.int().positive(),
    correctedAlpha: z.number(),
    /** All units, at the corrected error rate too. */
    overall: analysisSchema,
    /**
     * The most frequent values, by number of events, or of exposures for an attribute. A unit is in every segment that one of its
     * events is in; of an attribute it has one value, with which all of its events count.
     */
    segments: z.array(segmentAnalysisSchema),
    /** The less frequent values together. */
    other: z.strictObject({
      values: z.int().nonnegative(),
      units: z.int().nonnegative(),
      events: z.int().nonnegative(),
    }),
    /** Outcome events that do not carry the property. 0 for an attribute. */
    eventsWithoutProperty: z.int().nonnegative(),
    /** Units of which the attribute is not known. 0 for a property. */
    unitsWithoutAttribute: z.int().nonnegative(),
    reversals: z.array(segmentReversalSchema),
  })
  .meta({ id: "SegmentResults" });
export type SegmentResults = z.infer<typeof segmentResultsSchema>;
