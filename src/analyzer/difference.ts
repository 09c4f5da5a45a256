import type { Difference, Interval, Unavailable } from "../model/analysis.ts";
import type { MetricDefinition } from "../model/metric.ts";
import { mixtureVariance, twoSidedMultiplier, twoSidedPValue } from "./always-valid.ts";
import { sequentialSquaredError } from "./sequential-error.ts";
import { toNormalScore, toStudentScore } from "./student-scale.ts";
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
export function alwaysValidMultiplier(
  { units, degreesOfFreedom }: { units: number; degreesOfFreedom: number },
  plannedUnits: number,
  alpha: number,
): number {
  const normal = twoSidedMultiplier(units * mixtureVariance(plannedUnits, alpha), alpha);
  return toStudentScore(normal, degreesOfFreedom);
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

/** An interval as it is told: proportions cannot differ by more than 1, and an end at infinity is null. */
export function intervalAround(definition: MetricDefinition, estimate: number, reach: number): Interval {
  return intervalOf(definition, { lower: estimate - reach, upper: estimate + reach });
}

function intervalOf(
  definition: MetricDefinition,
  { lower, upper }: { lower: number; upper: number },
): Interval {
  if (definition.type === "proportion") return { lower: Math.max(-1, lower), upper: Math.min(1, upper) };
  return { lower: Number.isFinite(lower) ? lower : null, upper: Number.isFinite(upper) ? upper : null };
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
  const { estimate, degreesOfFreedom } = fixed;
  const reach = alwaysValidMultiplier({ units, degreesOfFreedom }, plannedUnits, alpha) * error;
  const score = toNormalScore(estimate / error, degreesOfFreedom);
  const alwaysValid = {
    pValue: twoSidedPValue(score, units * mixtureVariance(plannedUnits, alpha)),
    interval: intervalAround(definition, estimate, reach),
  };
  // Where weights followed the data, the distribution behind a single look is unknown: only what holds at every look is.
  const singleLook =
    method === "stratified_by_period"
      ? alwaysValid
      : { pValue: fixed.pValue, interval: intervalOf(definition, fixed.interval) };
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
