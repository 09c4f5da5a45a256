import type { Unavailable } from "#model/analysis/analysis.ts";
import { studentTwoSided, studentUpperQuantile } from "../distributions/index.ts";
import { testDifference } from "../tests/welch.ts";
import { isUnavailable, unavailable, withoutNaN } from "../unavailable.ts";
import type { Bounds, Estimate } from "./estimate.ts";
import { fiellerInterval } from "./fieller.ts";

/** (treatment − control) / |control| with errors of the delta method. */
export interface Lift {
  lift: number;
  standardError: number;
  interval: Bounds;
}

export interface RelativeLift extends Lift {
  /** Those of the absolute difference. */
  degreesOfFreedom: number;
  /** Of the delta method's lift / standardError: for parity only, it can disagree with the absolute test. */
  pValue: number;
  /** Of the absolute difference: the one to report. */
  absolutePValue: number;
  /** Excludes 0 exactly when the absolute test rejects; `unbounded` when the baseline is too noisy. */
  fieller: Bounds | Unavailable;
}

/**
 * The delta method's lift and error. Everything in units of the baseline, whose square could over- or underflow.
 * @see Deng, Knoblich, Lu 2018, "Applying the Delta Method in Metric Analytics", 3.1
 */
export function deltaLift(control: Estimate, treatment: Estimate, quantile: number): Lift | Unavailable {
  const baseline = Math.abs(control.estimate);
  if (baseline === 0) return unavailable("zero_baseline");
  const lift = (treatment.estimate - control.estimate) / baseline;
  const treatmentError = Math.sqrt(treatment.squaredError) / baseline;
  const controlError = Math.sqrt(control.squaredError) / baseline;
  const standardError = Math.hypot(treatmentError, (treatment.estimate / baseline) * controlError);
  const reach = quantile * standardError;
  return withoutNaN({ lift, standardError, interval: { lower: lift - reach, upper: lift + reach } });
}

/**
 * Relative lift of treatment over control, by the delta method and by Fieller.
 * @param alpha 1 − the intervals' coverage
 * @returns `zero_baseline` when control's estimate is 0; otherwise refuses what Welch's test refuses
 */
export function relativeLift(
  control: Estimate,
  treatment: Estimate,
  alpha: number,
): RelativeLift | Unavailable {
  const absolute = testDifference(control, treatment, alpha);
  if (isUnavailable(absolute)) return absolute;
  const { degreesOfFreedom } = absolute;
  const quantile = studentUpperQuantile(alpha / 2, degreesOfFreedom);
  const delta = deltaLift(control, treatment, quantile);
  if (isUnavailable(delta)) return delta;
  if (!(delta.standardError > 0)) return unavailable("zero_variance");
  return withoutNaN({
    ...delta,
    degreesOfFreedom,
    pValue: studentTwoSided(delta.lift / delta.standardError, degreesOfFreedom),
    absolutePValue: absolute.pValue,
    fieller: fiellerInterval(control, treatment, quantile) ?? unavailable("unbounded"),
  });
}
