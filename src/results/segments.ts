import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { analyzeSegments } from "#analyzer/experiment/segments.ts";
import type { LogCheckpoint, ReplayableExperiment } from "#event-log/read.ts";
import type { SegmentTotals } from "#event-log/segments.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { MAXIMUM_SEGMENT_VALUES, type SegmentResults } from "#model/analysis/segments.ts";
import { err, ok, type Result } from "#shared/result.ts";

/**
 * An experiment's results by the values of an event property.
 * @param phases the totals of everybody, by phase
 * @param segmentTotals undefined where the property has too many values
 * @param now when they were taken, epoch milliseconds
 */
export function segmentResults(
  { spec, metricDefinitions, phases }: ReplayableExperiment,
  { phases: overall }: LogCheckpoint,
  { property, now }: { property: string; now: number },
  segmentTotals: SegmentTotals | undefined,
): Result<SegmentResults> {
  if (!segmentTotals) {
    return err("invalid_input", "This property does not divide the units into segments.", [
      {
        path: "/property",
        code: "too_many_values",
        message: `the property has more than ${MAXIMUM_SEGMENT_VALUES} values`,
      },
    ]);
  }
  const withWeights = (totals: readonly ExperimentTotals[]) =>
    phases.map(({ weights }, index) => ({
      weights,
      totals: totals[index] ?? emptyTotals(spec.variants.map(({ key }) => key)),
    }));
  const { other, eventsWithoutProperty } = segmentTotals;
  const segments = segmentTotals.segments.map(({ value, phases: totals }) => ({
    value,
    phases: withWeights(totals),
  }));
  return ok({
    experiment: spec.key,
    property,
    exploratory: true,
    takenAt: now,
    ...analyzeSegments({ spec, metricDefinitions, now }, withWeights(overall), segments),
    other,
    eventsWithoutProperty,
  });
}
