import type { MetricDefinition } from "#model/metric/metric.ts";
import type { UnitState } from "./unit-state.ts";

/** Clients send in batches, not always in order: what is this much older than the first that was seen of a unit still counts. */
const REORDERING_MILLISECONDS = 60_000;

/** The metrics whose units enter once their window has passed. */
export function windowedMetrics(metricDefinitions: readonly MetricDefinition[]): MetricDefinition[] {
  return metricDefinitions.filter(({ windowSeconds }) => windowSeconds !== undefined);
}

/** When a unit's window of a metric ends, epoch milliseconds; in the infinite past where there is no window. */
export function windowEndOf(
  { windowSeconds }: Pick<MetricDefinition, "windowSeconds">,
  { e: exposedAt }: Pick<UnitState, "e">,
): number {
  if (windowSeconds === undefined || exposedAt === undefined) return Number.NEGATIVE_INFINITY;
  return exposedAt + windowSeconds * 1_000;
}

/** Whether a value counts in a metric, by the time of its event. */
export function isWithinWindow(
  definition: Pick<MetricDefinition, "windowSeconds">,
  unit: Pick<UnitState, "e">,
  at: number,
): boolean {
  if (definition.windowSeconds === undefined || unit.e === undefined) return true;
  return at >= unit.e - REORDERING_MILLISECONDS && at <= windowEndOf(definition, unit);
}
