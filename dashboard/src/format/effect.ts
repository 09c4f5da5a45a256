import type { Comparison, Interval, MetricAnalysis } from "../../../src/model/analysis.ts";
import type { MetricDefinition } from "../../../src/model/metric.ts";

/** What is known about a treatment's difference to control. "Not significant" is never "no effect". */
export type Effect = "better" | "worse" | "unclear" | "unavailable";

/** +1 when larger values are better, −1 when smaller ones are. */
export function goodSign(definition: MetricDefinition): 1 | -1 {
  return definition.direction === "increase" ? 1 : -1;
}

function sideOfZero({ lower, upper }: Interval): -1 | 0 | 1 {
  if (lower !== null && lower > 0) return 1;
  return upper !== null && upper < 0 ? -1 : 0;
}

/** Judges by the always-valid interval, which decisions read, never by the fixed-horizon one. */
export function effectOf(metric: MetricAnalysis, { difference }: Comparison): Effect {
  if (difference.status !== "ok") return "unavailable";
  const side = sideOfZero(difference.alwaysValid.interval) * goodSign(metric.definition);
  if (side === 0) return "unclear";
  return side > 0 ? "better" : "worse";
}
