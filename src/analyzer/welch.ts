import { studentTwoSided, studentUpperQuantile } from "./distributions.ts";
import type { UnitStatistics } from "./unit-statistics.ts";

export interface WelchTest {
  estimate: number;
  standardError: number;
  degreesOfFreedom: number;
  pValue: number;
  interval: { lower: number; upper: number };
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
 * Welch's two-sided t-test of treatment − control.
 * @param alpha 1 − the interval's coverage
 * @returns the test, or the reason why there is none
 * @see Welch 1947
 */
export function welchTest(
  control: UnitStatistics,
  treatment: UnitStatistics,
  alpha: number,
): WelchTest | { reason: "insufficient_data" | "zero_variance" } {
  if (control.units < 2 || treatment.units < 2) return { reason: "insufficient_data" };
  const variance = control.squaredError + treatment.squaredError;
  if (!(variance > 0)) return { reason: "zero_variance" };

  const estimate = treatment.estimate - control.estimate;
  const standardError = Math.sqrt(variance);
  const degreesOfFreedom = welchDegreesOfFreedom(
    control.squaredError,
    control.units,
    treatment.squaredError,
    treatment.units,
  );
  const halfWidth = studentUpperQuantile(alpha / 2, degreesOfFreedom) * standardError;
  return {
    estimate,
    standardError,
    degreesOfFreedom,
    pValue: studentTwoSided(estimate / standardError, degreesOfFreedom),
    interval: { lower: estimate - halfWidth, upper: estimate + halfWidth },
  };
}
