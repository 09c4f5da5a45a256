import type { VariantTotals } from "#model/analysis/moments.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";

/** The exposed units of an arm that may have shown an outcome: all, or those whose conversion window has passed. */
export function eligibleUnitsOf(
  { key, windowSeconds }: Pick<MetricDefinition, "key" | "windowSeconds">,
  totals: Pick<VariantTotals, "units" | "matured"> | undefined,
): number {
  return (windowSeconds === undefined ? totals?.units : totals?.matured[key]) ?? 0;
}
