import { invalidValueReason, type MetricDefinition } from "#model/metric/metric.ts";
import type { MetricPreview } from "#model/metric/preview.ts";
import { SHOWN_QUANTILES } from "../experiment/arms.ts";
import { interpolatedQuantile } from "../numeric/quantile.ts";
import { isUnavailable } from "../unavailable.ts";
import { histogramOf } from "./histogram.ts";
import { summarize } from "./summary.ts";

/** How logged values are distributed, and what a definition makes of them. Pure. @returns null without values */
export function describeValues(
  definition: MetricDefinition,
  values: readonly number[],
): MetricPreview["values"] {
  const sorted = values.toSorted((a, b) => a - b);
  const [minimum] = sorted;
  const maximum = sorted.at(-1);
  const summary = summarize(sorted);
  if (minimum === undefined || maximum === undefined || isUnavailable(summary)) return null;
  const reasons = values.flatMap((value) => invalidReasonOf(definition, value) ?? []);
  const { cap = Number.POSITIVE_INFINITY, per } = definition;
  return {
    minimum,
    maximum,
    mean: summary.mean,
    quantiles: SHOWN_QUANTILES.map((quantile) => ({
      quantile,
      value: interpolatedQuantile(sorted, quantile),
    })),
    capped: per === "event" ? sorted.filter((value) => value > cap).length : 0,
    impossible: reasons.length,
    firstImpossible: reasons[0] ?? null,
    histogram: histogramOf(sorted),
  };
}

/** Why a definition refuses a logged value. A quantile metric reads another metric's values, which that one has checked. */
export function invalidReasonOf(definition: MetricDefinition, value: number): string | undefined {
  return definition.type === "quantile" ? undefined : invalidValueReason(definition, value);
}
