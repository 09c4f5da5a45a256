import type { Interval } from "#model/analysis/interval.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import {
  decimalsFor,
  decimalsOfThreeDigits,
  formatExact,
  formatFixed,
  formatShort,
  formatShortest,
} from "./numbers.ts";

/** What of a metric decides how its values are written. */
export type Measure = Pick<MetricDefinition, "type" | "displayUnit">;

interface Notation {
  /** Multiplies the stored value. */
  factor: number;
  prefix: string;
  suffix: string;
  /** Differences of percentages are percentage points, lest they be read as relative. */
  differenceSuffix: string;
}

function notationOf({ type, displayUnit }: Measure): Notation {
  if (type === "proportion") return { factor: 100, prefix: "", suffix: "%", differenceSuffix: " pp" };
  if (displayUnit === "USD") return { factor: 1, prefix: "$", suffix: "", differenceSuffix: "" };
  const suffix = displayUnit === "" ? "" : ` ${displayUnit}`;
  return { factor: 1, prefix: "", suffix, differenceSuffix: suffix };
}

/** What a value is counted in, where a column says it beside the number; percent and currency stay with the digits. */
export function unitWord({ type, displayUnit }: Measure): string {
  return type === "proportion" || displayUnit === "USD" ? "" : displayUnit;
}

/** The same metric for places that show its unit elsewhere. */
export function withoutUnitWord<Metric extends Measure>(definition: Metric): Metric {
  return unitWord(definition) === "" ? definition : { ...definition, displayUnit: "" };
}

function decimals(value: number, precision: number | null, factor: number): number {
  return precision === null || precision === 0
    ? decimalsOfThreeDigits(value * factor)
    : decimalsFor(precision * factor);
}

/** Puts the currency between the sign and the digits. */
function withPrefix(text: string, prefix: string): string {
  return text.replace(/^[+−]?/, (sign) => sign + prefix);
}

/** @param precision its standard error; null shows three digits */
export function formatValue(definition: Measure, value: number, precision: number | null): string {
  const { factor, prefix, suffix } = notationOf(definition);
  return withPrefix(formatFixed(value * factor, decimals(value, precision, factor)), prefix) + suffix;
}

/** Signed, in percentage points for a proportion. */
export function formatDifference(definition: Measure, value: number, precision: number | null): string {
  const { factor, prefix, differenceSuffix } = notationOf(definition);
  const text = formatFixed(value * factor, decimals(value, precision, factor), "always");
  return withPrefix(text, prefix) + differenceSuffix;
}

/** The size of a difference. @param precision its standard error; null shows three digits at most */
export function formatSize(definition: Measure, difference: number, precision: number | null): string {
  const { factor, prefix, differenceSuffix } = notationOf(definition);
  const size = Math.abs(difference) * factor;
  const text = precision === null ? formatShort(size) : formatFixed(size, decimalsFor(precision * factor));
  return prefix + text + differenceSuffix;
}

function formatEnd(definition: Measure, end: number | null, infinity: string, precision: number) {
  return end === null ? infinity : formatDifference(definition, end, precision);
}

/** An interval of differences, in words: "−0.4 pp to +3.1 pp". */
export function formatInterval(definition: Measure, interval: Interval, precision: number): string {
  const lower = formatEnd(definition, interval.lower, "−∞", precision);
  return `${lower} to ${formatEnd(definition, interval.upper, "+∞", precision)}`;
}

/** A chosen, not estimated, difference: with the digits it has and no more. */
export function formatChosenDifference(definition: Measure, value: number): string {
  const { factor, prefix, differenceSuffix } = notationOf(definition);
  return withPrefix(formatShortest(value * factor), prefix) + differenceSuffix;
}

/** A difference on an axis, as short as can be: only zero carries the unit. */
export function formatTick(definition: Measure, value: number): string {
  const { factor, prefix, differenceSuffix } = notationOf(definition);
  return withPrefix(formatShortest(value * factor), prefix) + (value === 0 ? differenceSuffix : "");
}

/** An interval of relative differences: "−0.4% to +3.1%"; null is one that no bounds hold. */
export function formatRelativeInterval(interval: Interval | null): string {
  if (interval === null) return "unbounded";
  const end = (value: number | null, infinity: string) => (value === null ? infinity : formatRelative(value));
  return `${end(interval.lower, "−∞")} to ${end(interval.upper, "+∞")}`;
}

/** All the digits of a value as it is stored; a proportion's values are shares of 1. */
export function exactValue({ type, displayUnit }: MetricDefinition, value: number): string {
  return `${formatExact(value)}${type === "proportion" || displayUnit === "" ? "" : ` ${displayUnit}`}`;
}

/** All the digits of both ends. */
export function exactInterval({ lower, upper }: Interval): string {
  return `${lower === null ? "−∞" : formatExact(lower)} to ${upper === null ? "+∞" : formatExact(upper)}`;
}

/** A relative difference: "+3.1%". */
export function formatRelative(share: number): string {
  const percent = share * 100;
  return `${formatFixed(percent, Math.abs(percent) < 10 ? 1 : 0, "always")}%`;
}
