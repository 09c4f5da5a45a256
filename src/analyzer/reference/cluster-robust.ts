import type { Unavailable } from "#model/analysis/analysis.ts";
import { estimateOfRatio } from "../estimates/ratio-metric.ts";
import { summarize } from "../estimates/summary.ts";
import { type PairSums, pairSumsOf } from "../numeric/pair-sums.ts";
import { isUnavailable, unavailable, withoutNaN } from "../unavailable.ts";

export interface ClusterRobustErrors {
  /** Treatment − control, means over events. */
  difference: number;
  /** Of ordinary least squares with clusters = units, no small-sample correction (CR0). */
  clusterRobustError: number;
  /** Of the delta method: CR0 × √(n / (n − 1)) in each arm. */
  deltaMethodError: number;
  /** As if events were independent; too small whenever a unit's events resemble each other. */
  naiveError: number;
}

function sumsOfEvents(eventsByUnit: readonly (readonly number[])[]): PairSums {
  return pairSumsOf(
    eventsByUnit.map((events) => [events.reduce((sum, value) => sum + value, 0), events.length]),
  );
}

/**
 * The standard errors of a difference of means over events whose units were randomized, to show what clustering does.
 * @param control, treatment  one list of event values for every unit
 * @see Liang, Zeger 1986
 */
export function clusterRobustErrors(
  control: readonly (readonly number[])[],
  treatment: readonly (readonly number[])[],
): ClusterRobustErrors | Unavailable {
  let [clustered, delta, naive] = [0, 0, 0];
  const means: number[] = [];
  for (const arm of [control, treatment]) {
    const estimate = estimateOfRatio(sumsOfEvents(arm));
    const events = summarize(arm.flat());
    if (isUnavailable(estimate)) return estimate;
    if (isUnavailable(events)) return events;
    if (events.count < 2) return unavailable("insufficient_data");
    means.push(estimate.estimate);
    delta += estimate.squaredError;
    clustered += estimate.squaredError * (1 - 1 / estimate.units);
    naive += events.squaredDeviations / (events.count - 1) / events.count;
  }
  return withoutNaN({
    difference: (means[1] ?? 0) - (means[0] ?? 0),
    clusterRobustError: Math.sqrt(clustered),
    deltaMethodError: Math.sqrt(delta),
    naiveError: Math.sqrt(naive),
  });
}
