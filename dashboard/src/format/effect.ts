import type { Comparison, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { Interval } from "#model/analysis/interval.ts";
import { improvementSign } from "#model/metric/direction.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";

/** What is known about a treatment's difference to control. "Not significant" is never "no effect". */
export type Effect = "better" | "worse" | "unclear" | "unavailable";

function sideOfZero({ lower, upper }: Interval): -1 | 0 | 1 {
  if (lower !== null && lower > 0) return 1;
  return upper !== null && upper < 0 ? -1 : 0;
}

/** @param interval always-valid, as decisions read it; null where it could not be computed */
export function effectOfInterval(
  definition: Pick<MetricDefinition, "direction">,
  interval: Interval | null,
): Effect {
  if (interval === null) return "unavailable";
  const side = sideOfZero(interval) * improvementSign(definition);
  if (side === 0) return "unclear";
  return side > 0 ? "better" : "worse";
}

/** Judges by the always-valid interval, which decisions read, never by the fixed-horizon one. */
export function effectOf({ definition }: MetricAnalysis, { difference }: Comparison): Effect {
  return effectOfInterval(definition, difference.status === "ok" ? difference.alwaysValid.interval : null);
}
