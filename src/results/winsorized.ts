import { compareWinsorized } from "#analyzer/experiment/winsorized-comparison.ts";
import type { ReplayableExperiment } from "#event-log/read.ts";
import type { WinsorizedResults } from "#model/analysis/winsorized.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { err, ok, type Result } from "#shared/result.ts";

/** The definition of a metric whose outliers can be capped. */
export function winsorizableMetric(
  { metricDefinitions }: ReplayableExperiment,
  metric: string,
): Result<MetricDefinition> {
  const definition = metricDefinitions.find(({ key, type }) => key === metric && type === "mean");
  if (definition) return ok(definition);
  return err("invalid_input", "Only means can be winsorized.", [
    { path: "/metric", code: "no_mean", message: "the experiment has no such metric of type mean" },
  ]);
}

/**
 * A metric's differences with outliers capped at a quantile of all units.
 * @param values of units, by variant
 * @param now when they were taken, epoch milliseconds
 */
export function winsorizedResults(
  { spec }: ReplayableExperiment,
  definition: MetricDefinition,
  { quantile, now }: { quantile: number; now: number },
  values: ReadonlyMap<string, number[]>,
): WinsorizedResults {
  const control = values.get(spec.control) ?? [];
  return {
    experiment: spec.key,
    metric: definition.key,
    quantile,
    alpha: spec.alpha,
    takenAt: now,
    unitValue: definition.per === "event" ? "mean" : "total",
    comparisons: spec.variants
      .filter(({ key }) => key !== spec.control)
      .map(({ key }) =>
        compareWinsorized(key, control, values.get(key) ?? [], { quantile, alpha: spec.alpha }),
      ),
  };
}
