import type { Unavailable } from "#model/analysis/analysis.ts";
import { studentTwoSided, studentUpperQuantile, studentUpperTail } from "../distributions/index.ts";
import { type Bounds, type Estimate, inputErrorOf } from "../estimates/estimate.ts";
import { isShare, isUnavailable, unavailable, withoutNaN } from "../unavailable.ts";

export interface WelchTest {
  estimate: number;
  standardError: number;
  degreesOfFreedom: number;
  pValue: number;
  interval: Bounds;
}

/** Which differences count against "no difference": any, only treatment > control, or only treatment < control. */
export type Alternative = "two-sided" | "greater" | "less";

/** Welch's test with its statistic t = estimate / standardError. */
export interface TestedDifference extends WelchTest {
  statistic: number;
}

/**
 * Satterthwaite's degrees of freedom, in the form whose squares cannot overflow.
 * @param a, b squared standard errors, not both 0
 */
export function welchDegreesOfFreedom(a: number, unitsA: number, b: number, unitsB: number): number {
  const share = a / (a + b);
  return 1 / (share ** 2 / (unitsA - 1) + (1 - share) ** 2 / (unitsB - 1));
}

/**
 * Welch's t-test of treatment − control, one- or two-sided.
 * @param control, treatment  estimates of independent arms
 * @param alpha 1 − the interval's coverage; a one-sided interval has one end at infinity
 * @returns the test; or `insufficient_data` below two units in an arm, `zero_variance` when both errors are 0
 * @see Welch 1947
 */
export function testDifference(
  control: Estimate,
  treatment: Estimate,
  alpha: number,
  alternative: Alternative = "two-sided",
): TestedDifference | Unavailable {
  const inputError = inputErrorOf(control) ?? inputErrorOf(treatment);
  if (inputError) return inputError;
  if (!isShare(alpha)) return unavailable("bad_input");
  const variance = control.squaredError + treatment.squaredError;
  if (!(variance > 0)) return unavailable("zero_variance");

  const estimate = treatment.estimate - control.estimate;
  const standardError = Math.sqrt(variance);
  const degreesOfFreedom = welchDegreesOfFreedom(
    control.squaredError,
    control.units,
    treatment.squaredError,
    treatment.units,
  );
  const statistic = estimate / standardError;
  const reach =
    studentUpperQuantile(alternative === "two-sided" ? alpha / 2 : alpha, degreesOfFreedom) * standardError;
  return withoutNaN({
    estimate,
    standardError,
    degreesOfFreedom,
    statistic,
    pValue: pValueOf(statistic, degreesOfFreedom, alternative),
    interval: {
      lower: alternative === "less" ? Number.NEGATIVE_INFINITY : estimate - reach,
      upper: alternative === "greater" ? Number.POSITIVE_INFINITY : estimate + reach,
    },
  });
}

function pValueOf(statistic: number, degreesOfFreedom: number, alternative: Alternative): number {
  if (alternative === "two-sided") return studentTwoSided(statistic, degreesOfFreedom);
  return studentUpperTail(alternative === "greater" ? statistic : -statistic, degreesOfFreedom);
}

/**
 * Welch's two-sided t-test of treatment − control.
 * @param alpha 1 − the interval's coverage
 * @returns the test, or the reason why there is none
 * @see Welch 1947
 */
export function welchTest(control: Estimate, treatment: Estimate, alpha: number): WelchTest | Unavailable {
  const tested = testDifference(control, treatment, alpha);
  if (isUnavailable(tested)) return tested;
  const { statistic: _, ...test } = tested;
  return test;
}
