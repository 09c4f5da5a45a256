import type { MetricDefinition } from "./metric.ts";

/** +1 when a larger value is better, −1 when a smaller one is. */
export function improvementSign({ direction }: Pick<MetricDefinition, "direction">): 1 | -1 {
  return direction === "increase" ? 1 : -1;
}
