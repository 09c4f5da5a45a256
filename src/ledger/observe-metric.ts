import { type MetricDefinition, valueKeyOf } from "#model/metric/metric.ts";
import type { OutcomeEntry } from "./log-entry.ts";

type Event = Pick<OutcomeEntry, "metrics" | "properties">;

function passes({ filter }: MetricDefinition, { properties = {} }: Event): boolean {
  if (filter === undefined) return true;
  return Object.entries(filter).every(
    ([name, value]) => Object.hasOwn(properties, name) && properties[name] === value,
  );
}

function cappedValue({ per, cap }: MetricDefinition, value: number): number {
  return per === "event" && cap !== undefined ? Math.min(cap, value) : value;
}

/**
 * What one event adds to a unit's sums of a metric: its (capped) value and 1, or for a ratio its numerator and its
 * denominator.
 * @returns undefined when the event says nothing of the metric
 */
export function observeMetric(
  definition: MetricDefinition,
  event: Event,
): [sum: number, count: number] | undefined {
  if (!passes(definition, event)) return undefined;
  const value = event.metrics[valueKeyOf(definition)] ?? definition.impliedValue;
  if (definition.denominator === undefined) {
    return value === undefined ? undefined : [cappedValue(definition, value), 1];
  }
  const weight = event.metrics[definition.denominator];
  return value === undefined && weight === undefined ? undefined : [value ?? 0, weight ?? 0];
}
