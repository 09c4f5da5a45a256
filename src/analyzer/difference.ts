import type { Difference, Interval, Unavailable } from "../model/analysis.ts";
import type { MetricDefinition } from "../model/metric.ts";
import { mixtureVariance, twoSidedMultiplier, twoSidedPValue } from "./always-valid.ts";
import { sequentialSquaredError } from "./sequential-error.ts";
import type { UnitStatistics } from "./unit-statistics.ts";
import { welchTest } from "./welch.ts";

export interface DifferenceSettings {
  alpha: number;
  /** Units of both arms at which the always-valid interval is tightest. */
  plannedUnits: number;
  method: Difference["method"];
  /** What earlier looks together said, if there were any. */
  earlier?: Difference["running"] | undefined;
}

/** How far an interval reaches, in standard errors, at every look. */
export function alwaysValidMultiplier(units: number, plannedUnits: number, alpha: number): number {
  return twoSidedMultiplier(units * mixtureVariance(plannedUnits, alpha), alpha);
}

/** The standard error of a difference that always-valid intervals use. */
export function sequentialErrorOf(
  definition: MetricDefinition,
  control: UnitStatistics,
  treatment: UnitStatistics,
): number {
  return Math.sqrt(
    sequentialSquaredError(definition, control) + sequentialSquaredError(definition, treatment),
  );
}

/** A difference of proportions cannot leave [−1, 1], whatever the approximation says. */
export function withinPossible(
  definition: MetricDefinition,
  { lower, upper }: { lower: number; upper: number },
) {
  return definition.type === "proportion"
    ? { lower: Math.max(-1, lower), upper: Math.min(1, upper) }
    : { lower, upper };
}

function intersect(a: Interval | null, b: Interval): Interval | null {
  if (!a) return null;
  const lower = Math.max(a.lower ?? Number.NEGATIVE_INFINITY, b.lower ?? Number.NEGATIVE_INFINITY);
  const upper = Math.min(a.upper ?? Number.POSITIVE_INFINITY, b.upper ?? Number.POSITIVE_INFINITY);
  return lower > upper ? null : { lower, upper };
}

/** Treatment minus control: for one look, for every look, and for all looks so far. Corrections come later. */
export function differenceOf(
  definition: MetricDefinition,
  control: UnitStatistics | undefined,
  treatment: UnitStatistics | undefined,
  { alpha, plannedUnits, method, earlier }: DifferenceSettings,
): Difference | Unavailable {
  if (!control || !treatment) return { status: "unavailable", reason: "insufficient_data" };
  const fixed = welchTest(control, treatment, alpha);
  if ("reason" in fixed) return { status: "unavailable", reason: fixed.reason };

  const units = control.units + treatment.units;
  const error = sequentialErrorOf(definition, control, treatment);
  const reach = alwaysValidMultiplier(units, plannedUnits, alpha) * error;
  const alwaysValid = {
    pValue: twoSidedPValue(fixed.estimate / error, units * mixtureVariance(plannedUnits, alpha)),
    interval: withinPossible(definition, { lower: fixed.estimate - reach, upper: fixed.estimate + reach }),
  };
  // Where weights followed the data, the distribution behind a single look is unknown: only what holds at every look is.
  const singleLook =
    method === "stratified_by_period"
      ? alwaysValid
      : { pValue: fixed.pValue, interval: withinPossible(definition, fixed.interval) };
  return {
    status: "ok",
    method,
    ...fixed,
    ...singleLook,
    alwaysValid,
    running: earlier
      ? {
          pValue: Math.min(earlier.pValue, alwaysValid.pValue),
          interval: intersect(earlier.interval, alwaysValid.interval),
        }
      : alwaysValid,
    corrected: null,
  };
}
