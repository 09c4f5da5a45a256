import type { Difference, Unavailable } from "#model/analysis/analysis.ts";
import type { Interval } from "#model/analysis/interval.ts";
import { lookUnitsOf } from "#model/analysis/phase-clock.ts";
import type { LookPlan } from "#model/experiment/look-plan.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { studentTwoSided, studentUpperQuantile } from "../distributions/index.ts";
import { toNormalScore, toStudentScore } from "../distributions/student-scale.ts";
import { everyLookPValue, twoSidedReach } from "../sequential/look-plan.ts";
import { welchTest } from "../tests/welch.ts";
import { isUnavailable, unavailable } from "../unavailable.ts";
import { bandDifference, bandScore } from "./band-difference.ts";
import type { Estimate } from "./estimate.ts";
import { sequentialSquaredError } from "./sequential-error.ts";
import type { UnitStatistics } from "./unit-statistics.ts";

export interface DifferenceSettings {
  alpha: number;
  plan: LookPlan;
  method: Difference["method"];
  /** What earlier looks together said, if there were any. */
  earlier?: Difference["running"] | undefined;
}

/** How far an interval reaches, in standard errors, at every look. */
export function alwaysValidMultiplier(
  { units, degreesOfFreedom }: { units: number; degreesOfFreedom: number },
  plan: LookPlan,
  alpha: number,
): number {
  return toStudentScore(twoSidedReach(plan, units, alpha), degreesOfFreedom);
}

/** An interval as it is told: proportions cannot differ by more than 1, and an end at infinity is null. */
function intervalOf(
  definition: MetricDefinition,
  { lower, upper }: { lower: number; upper: number },
): Interval {
  if (definition.type === "proportion") return { lower: Math.max(-1, lower), upper: Math.min(1, upper) };
  return { lower: Number.isFinite(lower) ? lower : null, upper: Number.isFinite(upper) ? upper : null };
}

/** Two arms that could be compared. */
export interface ComparableArms {
  control: UnitStatistics;
  treatment: UnitStatistics;
}

/** The interval of treatment − control at a multiplier of its standard error, for a single look. */
export function singleLookInterval(
  definition: MetricDefinition,
  { control, treatment }: ComparableArms,
  multiplier: number,
): Interval {
  return intervalAt(definition, { control, treatment }, multiplier, ({ squaredError }) => squaredError);
}

/** The same with the errors that always-valid intervals use. */
export function everyLookInterval(
  definition: MetricDefinition,
  { control, treatment }: ComparableArms,
  multiplier: number,
): Interval {
  return intervalAt(definition, { control, treatment }, multiplier, (arm) =>
    sequentialSquaredError(definition, arm),
  );
}

function intervalAt(
  definition: MetricDefinition,
  { control, treatment }: ComparableArms,
  multiplier: number,
  squaredErrorOf: (arm: UnitStatistics) => number,
): Interval {
  if (control.band && treatment.band)
    return intervalOf(definition, bandDifference(control.band, treatment.band, multiplier));
  const estimate = treatment.estimate - control.estimate;
  const reach = multiplier * Math.sqrt(squaredErrorOf(control) + squaredErrorOf(treatment));
  return intervalOf(definition, { lower: estimate - reach, upper: estimate + reach });
}

/** How many standard errors of always-valid intervals the difference is away from 0. */
function everyLookScore(definition: MetricDefinition, { control, treatment }: ComparableArms): number {
  if (control.band && treatment.band) return bandScore(control.band, treatment.band);
  const squaredError =
    sequentialSquaredError(definition, control) + sequentialSquaredError(definition, treatment);
  return (treatment.estimate - control.estimate) / Math.sqrt(squaredError);
}

/** Below two there are no degrees of freedom; a single unit may weigh nearly as much as all of them. */
const FEWEST_EFFECTIVE_UNITS = 2;

/** An arm as Welch's test takes it: with as many units as it is worth. */
export function asEstimate({ units, effectiveUnits, estimate, squaredError }: UnitStatistics): Estimate {
  return { units: Math.min(units, Math.max(FEWEST_EFFECTIVE_UNITS, effectiveUnits)), estimate, squaredError };
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
  { alpha, plan, method, earlier }: DifferenceSettings,
): Difference | Unavailable {
  if (!control || !treatment) return unavailable("insufficient_data");
  const fixed = welchTest(asEstimate(control), asEstimate(treatment), alpha);
  if (isUnavailable(fixed)) return fixed;

  const arms = { control, treatment };
  const units = lookUnitsOf(control, treatment);
  const { degreesOfFreedom } = fixed;
  const multiplier = alwaysValidMultiplier({ units, degreesOfFreedom }, plan, alpha);
  const everyLook = everyLookScore(definition, arms);
  const score = toNormalScore(everyLook, degreesOfFreedom);
  const alwaysValid = {
    pValue: everyLookPValue(plan, score, units, alpha),
    interval: everyLookInterval(definition, arms, multiplier),
  };
  const planned = {
    // A band has one score for both; an estimate's single look takes its plain error.
    pValue: control.band && treatment.band ? studentTwoSided(everyLook, degreesOfFreedom) : fixed.pValue,
    interval: singleLookInterval(definition, arms, studentUpperQuantile(alpha / 2, degreesOfFreedom)),
  };
  // Where weights followed the data, the distribution behind a single look is unknown: only what holds at every look is.
  const singleLook = method === "stratified_by_phase" ? alwaysValid : planned;
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
