import type { ExperimentSpec } from "../model/experiment.ts";
import type { MetricDefinition } from "../model/metric.ts";

/** The definitions of an experiment's metrics for its whole life, with what it has chosen otherwise for itself. */
export function freezeDefinitions(
  { metrics }: Pick<ExperimentSpec, "metrics">,
  defined: readonly MetricDefinition[],
): MetricDefinition[] {
  return defined.flatMap((definition) => {
    const part = metrics.find(({ metric }) => metric === definition.key);
    if (!part) return [];
    const { windowSeconds, ...rest } = definition;
    const chosen = part.windowSeconds ?? windowSeconds;
    return chosen ? { ...rest, windowSeconds: chosen } : rest;
  });
}
