import type { MetricDefinition } from "../model/metric.ts";
import type { UnitStatistics } from "./unit-statistics.ts";

/**
 * The squared standard error that always-valid intervals use. For proportions it counts one more unit that half
 * succeeded and half failed: while an arm has seen only successes or only failures its plug-in variance is 0, and an
 * interval that is looked at from the start must not collapse there. The correction vanishes as 1/units.
 * @see Agresti, Caffo 2000, for the same device in a fixed sample
 */
export function sequentialSquaredError(definition: MetricDefinition, statistics: UnitStatistics): number {
  if (definition.type !== "proportion") return statistics.squaredError;
  const { units, observations, estimate, squaredError } = statistics;
  const pseudoResidual = (estimate ** 2 + (1 - estimate) ** 2) / 2;
  return squaredError + (pseudoResidual / observations ** 2) * (units / Math.max(1, units - 1));
}
