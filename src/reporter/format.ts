import type { MetricDefinition } from "../model/metric.ts";

/** Digits that a reader can use; the exact number is always one call away. */
const SIGNIFICANT_DIGITS = 3;

function significant(value: number): string {
  if (value === 0) return "0";
  if (Math.abs(value) >= 1_000) return String(Math.round(value));
  return String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
}

/** A metric's value with its unit: `84.0 %`, `815 ms`, `0.0138 USD`. */
export function formatValue(definition: MetricDefinition, value: number): string {
  if (definition.type === "proportion") return `${(100 * value).toFixed(1)} %`;
  return definition.unit === "" ? significant(value) : `${significant(value)} ${definition.unit}`;
}

/** A difference of values, signed: `−32.9 points` for proportions, `+136 ms`. */
export function formatDifference(definition: MetricDefinition, value: number): string {
  const sign = value > 0 ? "+" : value < 0 ? "−" : "±";
  const size = Math.abs(value);
  if (definition.type === "proportion") return `${sign}${(100 * size).toFixed(1)} points`;
  return `${sign}${formatValue(definition, size)}`;
}
