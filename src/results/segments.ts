import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { analyzeSegments } from "#analyzer/experiment/segments.ts";
import type { LogCheckpoint, ReplayableExperiment } from "#event-log/read.ts";
import type { SegmentTotals } from "#event-log/segments.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { MAXIMUM_SEGMENT_VALUES, type Segmentation, type SegmentResults } from "#model/analysis/segments.ts";
import { err, ok, type Result } from "#shared/result.ts";

/**
 * An experiment's results by the values of an event property or of an attribute of its units.
 * @param phases the totals of everybody, by phase
 * @param segmentTotals undefined where the property has too many values
 * @param now when they were taken, epoch milliseconds
 */
export function segmentResults(
  { spec, metricDefinitions, phases }: ReplayableExperiment,
  { phases: overall }: LogCheckpoint,
  { segmentation, now }: { segmentation: Segmentation; now: number },
  segmentTotals: SegmentTotals | undefined,
): Result<SegmentResults> {
  const { source, name } = segmentation;
  if (!segmentTotals) {
    return err("invalid_input", "This does not divide the units into segments.", [
      {
        path: `/${source}`,
        code: "too_many_values",
        message: `the ${source} has more than ${MAXIMUM_SEGMENT_VALUES} values`,
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
  const unitsIn = (totals: readonly ExperimentTotals[]) =>
    totals.flatMap(({ variants }) => Object.values(variants)).reduce((sum, { units }) => sum + units, 0);
  const known = segmentTotals.segments.reduce(
    (sum, { phases: totals }) => sum + unitsIn(totals),
    other.units,
  );
  return ok({
    experiment: spec.key,
    property: name,
    source,
    exploratory: true,
    takenAt: now,
    ...analyzeSegments({ spec, metricDefinitions, now }, withWeights(overall), segments),
    other,
    eventsWithoutProperty,
    unitsWithoutAttribute: source === "attribute" ? Math.max(0, unitsIn(overall) - known) : 0,
  });
}
