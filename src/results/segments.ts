import { checkpointLog } from "#aggregator/checkpoint-log.ts";
import type { Services } from "#aggregator/services.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { analyzeSegments } from "#analyzer/experiment/segments.ts";
import { readSegmentTotals } from "#event-log/segments.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { MAXIMUM_SEGMENT_VALUES, type SegmentResults } from "#model/analysis/segments.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { err, ok, type Result } from "#shared/result.ts";

/** An experiment's results by the values of an event property, computed now from its event log. */
export async function readSegmentResults(
  services: Services,
  experiment: Experiment,
  property: string,
): Promise<Result<SegmentResults>> {
  const { aggregators, now } = services;
  const { spec, metricDefinitions, phases, status } = experiment;
  if (status === "draft")
    return err("not_started", "The experiment has not started: there are no results yet.");
  const checkpoint = await checkpointLog(aggregators, experiment);
  const segmentTotals = await readSegmentTotals(services, experiment, checkpoint, property);
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
    ...analyzeSegments({ spec, metricDefinitions, now }, withWeights(checkpoint.phases), segments),
    other,
    eventsWithoutProperty,
  });
}
