import type { MetricDefinition } from "#model/metric/metric.ts";
import { formatShortest } from "#reporter/numbers.ts";

export const metricTypeWords: Record<MetricDefinition["type"], string> = {
  proportion: "Proportion",
  mean: "Mean",
  quantile: "Quantile",
};

export const directionWords: Record<MetricDefinition["direction"], string> = {
  increase: "Higher is better",
  decrease: "Lower is better",
};

export const perWords: Record<MetricDefinition["per"], string> = { event: "Per event", unit: "Per unit" };

export const trustWords: Record<MetricDefinition["trust"], string> = {
  any: "Server keys and vouched units",
  server: "Server keys only",
};

/** A metric's type with what makes it up: "Quantile 0.95 of latency_ms". */
export function describeMetricType(metric: MetricDefinition): string {
  if (metric.denominator !== undefined) {
    return `Ratio ${metric.numerator ?? metric.key} / ${metric.denominator}`;
  }
  if (metric.type !== "quantile" || metric.quantile === undefined) return metricTypeWords[metric.type];
  return `Quantile ${formatShortest(metric.quantile).replace("+", "")} of ${metric.source ?? "another metric"}`;
}
