import type { MetricDefinition } from "#model/metric/metric.ts";

/** Digits that a reader can use; the exact number is always one call away. */
const SIGNIFICANT_DIGITS = 3;

function significant(value: number): string {
  if (value === 0) return "0";
  if (Math.abs(value) >= 1_000) return formatCount(Math.round(value));
  return String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
}

const grouped = new Intl.NumberFormat("en-US");

/** A count with its thousands grouped: `12,359`. */
export function formatCount(value: number): string {
  return grouped.format(value);
}

/** A duration in its two largest units: `3 d 4 h`, `19 h`, `40 s`. @param seconds ≥ 0 */
export function formatDuration(seconds: number): string {
  const parts: [size: number, unit: string][] = [
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  let rest = Math.floor(seconds);
  const texts: string[] = [];
  for (const [size, unit] of parts) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) texts.push(`${count} ${unit}`);
  }
  return texts.slice(0, 2).join(" ") || "0 s";
}

/** A metric's value with its unit: `84.0%`, `815 ms`, `0.0138 USD`. */
export function formatValue(definition: MetricDefinition, value: number): string {
  if (definition.type === "proportion") return `${(100 * value).toFixed(1)}%`;
  return definition.displayUnit === ""
    ? significant(value)
    : `${significant(value)} ${definition.displayUnit}`;
}

/** A difference of values, signed: `−32.9 pp` (percentage points) for proportions, `+136 ms`. */
export function formatDifference(definition: MetricDefinition, value: number): string {
  const sign = value > 0 ? "+" : value < 0 ? "−" : "±";
  const size = Math.abs(value);
  if (definition.type === "proportion") return `${sign}${(100 * size).toFixed(1)} pp`;
  return `${sign}${formatValue(definition, size)}`;
}
