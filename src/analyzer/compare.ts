import type { Comparison, Difference, RelativeDifference, Unavailable } from "../model/analysis.ts";
import type { MetricDefinition } from "../model/metric.ts";
import { mixtureVariance, twoSidedMultiplier, twoSidedPValue } from "./always-valid.ts";
import { studentUpperQuantile } from "./distributions.ts";
import { fiellerInterval } from "./fieller.ts";
import { sequentialSquaredError } from "./sequential-error.ts";
import type { UnitStatistics } from "./unit-statistics.ts";
import { welchTest } from "./welch.ts";

export interface ComparisonSettings {
  alpha: number;
  /** Units of both arms at which the always-valid interval is tightest. */
  plannedUnits: number;
}

function unavailable(reason: Unavailable["reason"]): Unavailable {
  return { status: "unavailable", reason };
}

/** A difference of proportions cannot leave [−1, 1], whatever the approximation says. */
function withinPossible(
  definition: MetricDefinition,
  { lower, upper }: { lower: number; upper: number },
): { lower: number; upper: number } {
  return definition.type === "proportion"
    ? { lower: Math.max(-1, lower), upper: Math.min(1, upper) }
    : { lower, upper };
}

/** Absolute and relative difference of one treatment to control, for one look and for constant looking. */
export function compare(
  definition: MetricDefinition,
  variant: string,
  control: UnitStatistics | undefined,
  treatment: UnitStatistics | undefined,
  settings: ComparisonSettings,
): Comparison {
  if (!control || !treatment) {
    return {
      variant,
      difference: unavailable("insufficient_data"),
      relative: unavailable("insufficient_data"),
    };
  }
  const { alpha, plannedUnits } = settings;
  const fixed = welchTest(control, treatment, alpha);
  if ("reason" in fixed)
    return { variant, difference: unavailable(fixed.reason), relative: unavailable(fixed.reason) };

  const sequentialControl = {
    estimate: control.estimate,
    squaredError: sequentialSquaredError(definition, control),
  };
  const sequentialTreatment = {
    estimate: treatment.estimate,
    squaredError: sequentialSquaredError(definition, treatment),
  };
  const sequentialError = Math.sqrt(sequentialControl.squaredError + sequentialTreatment.squaredError);
  const intrinsicTime = (control.units + treatment.units) * mixtureVariance(plannedUnits, alpha);
  const multiplier = twoSidedMultiplier(intrinsicTime, alpha);

  const difference: Difference = {
    status: "ok",
    method: "welch_t",
    ...fixed,
    interval: withinPossible(definition, fixed.interval),
    alwaysValid: {
      pValue: twoSidedPValue(fixed.estimate / sequentialError, intrinsicTime),
      interval: withinPossible(definition, {
        lower: fixed.estimate - multiplier * sequentialError,
        upper: fixed.estimate + multiplier * sequentialError,
      }),
    },
  };
  if (control.estimate === 0) return { variant, difference, relative: unavailable("zero_baseline") };
  const relative: RelativeDifference = {
    status: "ok",
    method: "fieller",
    estimate: fixed.estimate / Math.abs(control.estimate),
    interval:
      fiellerInterval(control, treatment, studentUpperQuantile(alpha / 2, fixed.degreesOfFreedom)) ?? null,
    alwaysValidInterval: fiellerInterval(sequentialControl, sequentialTreatment, multiplier) ?? null,
  };
  return { variant, difference, relative };
}
