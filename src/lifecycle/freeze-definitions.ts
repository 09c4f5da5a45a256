import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { canBeAdjusted, canBeLimited, type MetricDefinition } from "#model/metric/metric.ts";

/** The definitions of an experiment's metrics for its whole life, with what it has chosen otherwise for itself. */
export function freezeDefinitions(
  {
    metrics,
    maximumEventsPerUnit,
    adjustFor,
  }: Pick<ExperimentSpec, "metrics" | "maximumEventsPerUnit" | "adjustFor">,
  defined: readonly MetricDefinition[],
): MetricDefinition[] {
  return defined.flatMap((definition) => {
    const part = metrics.find(({ metric }) => metric === definition.key);
    if (!part) return [];
    const { windowSeconds, ...rest } = definition;
    const chosen = part.windowSeconds ?? windowSeconds;
    const isLimited = maximumEventsPerUnit !== null && canBeLimited(definition);
    return {
      ...(isLimited && { maximumEventsPerUnit }),
      ...rest,
      ...(chosen && { windowSeconds: chosen }),
      ...(adjustFor && canBeAdjusted(definition) && { adjustFor }),
    };
  });
}
