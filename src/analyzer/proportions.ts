import type { ChiSquareTest, Unavailable } from "../model/analysis.ts";
import { chiSquareUpperTail } from "./distributions.ts";

/** Below this expected count the chi-square approximation is not to be trusted. */
const MINIMUM_EXPECTED_COUNT = 5;

/**
 * Pearson's chi-square test that k proportions are equal, without continuity correction.
 * @param arms successes out of units per arm, at least two arms
 */
export function chiSquareOfProportions(
  arms: readonly { successes: number; units: number }[],
): ChiSquareTest | Unavailable {
  const units = arms.reduce((sum, arm) => sum + arm.units, 0);
  const successes = arms.reduce((sum, arm) => sum + arm.successes, 0);
  const failures = arms.reduce((sum, arm) => sum + (arm.units - arm.successes), 0);
  if (units === 0 || arms.some((arm) => arm.units === 0))
    return { status: "unavailable", reason: "insufficient_data" };
  if (successes === 0 || failures === 0) return { status: "unavailable", reason: "zero_variance" };
  let statistic = 0;
  for (const arm of arms) {
    const expectedSuccesses = (arm.units * successes) / units;
    const expectedFailures = (arm.units * failures) / units;
    if (Math.min(expectedSuccesses, expectedFailures) < MINIMUM_EXPECTED_COUNT) {
      return { status: "unavailable", reason: "insufficient_data" };
    }
    const deviation = arm.successes - expectedSuccesses;
    statistic += deviation ** 2 / expectedSuccesses + deviation ** 2 / expectedFailures;
  }
  const degreesOfFreedom = arms.length - 1;
  return {
    status: "ok",
    statistic,
    degreesOfFreedom,
    pValue: chiSquareUpperTail(statistic, degreesOfFreedom),
  };
}
