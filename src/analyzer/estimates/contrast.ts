import type { Unavailable } from "#model/analysis/analysis.ts";
import { studentTwoSided, studentUpperQuantile } from "../distributions/index.ts";
import { isShare, unavailable, withoutNaN } from "../unavailable.ts";
import { type Bounds, type Estimate, inputErrorOf } from "./estimate.ts";

export interface Contrast {
  estimate: number;
  standardError: number;
  degreesOfFreedom: number;
  pValue: number;
  interval: Bounds;
}

/**
 * A sum of independent estimates with signs, such as a difference of differences, with Welch's t-test that it is 0:
 * SE² = Σ SEᵢ², Satterthwaite's degrees of freedom (Σ SEᵢ²)² / Σ (SEᵢ⁴ / (nᵢ − 1)) in the form that cannot overflow.
 * @param plus, minus  the estimates to add and to subtract
 * @param alpha 1 − the interval's coverage
 * @returns the test; or `insufficient_data` below two units in an arm, `zero_variance` when all errors are 0
 * @see Satterthwaite 1946
 */
export function contrastOf(
  plus: readonly Estimate[],
  minus: readonly Estimate[],
  alpha: number,
): Contrast | Unavailable {
  const all = [...plus, ...minus];
  const inputError = all.map(inputErrorOf).find((error) => error !== undefined);
  if (inputError) return inputError;
  if (!isShare(alpha)) return unavailable("bad_input");
  const variance = all.reduce((sum, { squaredError }) => sum + squaredError, 0);
  if (!(variance > 0)) return unavailable("zero_variance");
  const sum = (estimates: readonly Estimate[]) =>
    estimates.reduce((total, { estimate }) => total + estimate, 0);
  const estimate = sum(plus) - sum(minus);
  const standardError = Math.sqrt(variance);
  const degreesOfFreedom =
    1 /
    all.reduce((total, { squaredError, units }) => total + (squaredError / variance) ** 2 / (units - 1), 0);
  const reach = studentUpperQuantile(alpha / 2, degreesOfFreedom) * standardError;
  return withoutNaN({
    estimate,
    standardError,
    degreesOfFreedom,
    pValue: studentTwoSided(estimate / standardError, degreesOfFreedom),
    interval: { lower: estimate - reach, upper: estimate + reach },
  });
}
