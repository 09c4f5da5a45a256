import type { ChiSquareTest, Unavailable } from "#model/analysis/analysis.ts";
import { chiSquareUpperTail } from "../distributions/index.ts";
import { type Counts, inputErrorOfCounts } from "../estimates/proportion-interval.ts";
import { product, subtract, toNumber } from "../numeric/exact-sum.ts";
import { isUnavailable, unavailable, withoutNaN } from "../unavailable.ts";

/** Below this expected count the chi-square approximation is not to be trusted. */
const MINIMUM_EXPECTED_COUNT = 5;

export interface PearsonChiSquare {
  statistic: number;
  degreesOfFreedom: number;
  pValue: number;
  /** The smallest expected count of successes or failures in an arm: below 5 the p-value is only indicative. */
  minimumExpected: number;
}

/**
 * Pearson's chi-square test that k proportions are equal, without continuity correction.
 * @param arms at least two
 * @returns `zero_variance` when all units succeed, or none; `insufficient_data` for an empty arm or a single one
 * @see Pearson 1900
 */
export function pearsonChiSquare(arms: readonly Counts[]): PearsonChiSquare | Unavailable {
  const inputError = arms.map(inputErrorOfCounts).find((error) => error !== undefined);
  if (inputError) return inputError;
  if (arms.length < 2) return unavailable("insufficient_data");
  const units = arms.reduce((sum, arm) => sum + arm.units, 0);
  const successes = arms.reduce((sum, arm) => sum + arm.successes, 0);
  const failures = arms.reduce((sum, arm) => sum + (arm.units - arm.successes), 0);
  if (successes === 0 || failures === 0) return unavailable("zero_variance");
  const rarer = Math.min(successes, failures);
  let [statistic, minimumExpected] = [0, Number.POSITIVE_INFINITY];
  for (const arm of arms) {
    // The cross product is exact where observed and expected counts nearly agree.
    const cross = subtract(product(arm.successes, units), product(successes, arm.units));
    const deviation = toNumber(cross) / units;
    statistic += ((deviation / successes) * (deviation / failures) * units * units) / arm.units;
    minimumExpected = Math.min(minimumExpected, (rarer / units) * arm.units);
  }
  const degreesOfFreedom = arms.length - 1;
  const pValue = chiSquareUpperTail(statistic, degreesOfFreedom);
  return withoutNaN({ statistic, degreesOfFreedom, pValue, minimumExpected });
}

/** The same test for analyses: refuses when an expected count is too small for the approximation. */
export function chiSquareOfProportions(arms: readonly Counts[]): ChiSquareTest | Unavailable {
  const test = pearsonChiSquare(arms);
  if (isUnavailable(test)) return test;
  const { minimumExpected, ...numbers } = test;
  if (minimumExpected < MINIMUM_EXPECTED_COUNT) {
    return unavailable("insufficient_data");
  }
  return { status: "ok", ...numbers };
}
