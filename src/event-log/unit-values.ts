import { valueOfSilence } from "#analyzer/estimates/unit-statistics.ts";
import { windowEndOf } from "#ledger/conversion-window.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";

function unitValueOf(
  definition: MetricDefinition,
  sums: readonly [sum: number, count: number] | undefined,
): number | undefined {
  if (!sums) return valueOfSilence(definition);
  if (definition.per === "unit") return sums[0];
  // A ratio's unit without a denominator has no value of its own.
  return sums[1] === 0 ? undefined : sums[0] / sums[1];
}

/**
 * One value for every unit, by variant: the unit's average over events, or its total for a metric per unit (for units without
 * events what their silence means). Units with multiple exposures are left out. Holds all values in memory, eight bytes each.
 * @param units as they were counted with this metric
 * @param maturedUntil units whose conversion window ends later are left out; epoch milliseconds
 */
export function unitValues(
  units: Iterable<UnitState>,
  definition: MetricDefinition,
  maturedUntil: number,
): Map<string, number[]> {
  const values = new Map<string, number[]>();
  for (const unit of units) {
    const { v: variant, x: hasMultipleExposures, n: countsElsewhere, l: isLeftOut, s: sums } = unit;
    const value = unitValueOf(definition, sums[definition.key]);
    if (hasMultipleExposures || countsElsewhere || isLeftOut || value === undefined) continue;
    if (windowEndOf(definition, unit) > maturedUntil) continue;
    const list = values.get(variant) ?? [];
    list.push(value);
    values.set(variant, list);
  }
  return values;
}
