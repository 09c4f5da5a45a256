import type { Unavailable } from "#model/analysis/analysis.ts";
import {
  noncentralStudentUpperTail,
  normalUpperQuantile,
  normalUpperTail,
  studentUpperQuantile,
} from "../distributions/index.ts";
import { rootOfDecreasing } from "../numeric/find-root.ts";
import { mixtureVariance, twoSidedMultiplier } from "../sequential/always-valid.ts";
import { areFinite, isShare, unavailable, withoutNaN } from "../unavailable.ts";

/** Tests for a difference in one direction, known beforehand, or in both. */
export type Sides = 1 | 2;

/** The chance that |N(effect, 1)| exceeds a critical value; for one side, that N(|effect|, 1) does. */
function exceedance(effect: number, criticalValue: number, sides: Sides): number {
  const size = Math.abs(effect);
  const wrongSide = sides === 2 ? normalUpperTail(criticalValue + size) : 0;
  return Math.min(1, normalUpperTail(criticalValue - size) + wrongSide);
}

function inputErrorOf(numbers: readonly number[], alpha: number, sides: number): Unavailable | undefined {
  const sound = areFinite(...numbers) && isShare(alpha) && (sides === 1 || sides === 2);
  return sound ? undefined : unavailable("bad_input");
}

/**
 * Power of a z-test to find an effect.
 * @param standardError of the difference, > 0
 * @param sides 1 tests in the effect's direction
 */
export function powerOfZTest(
  effect: number,
  standardError: number,
  alpha: number,
  sides: Sides = 2,
): { power: number } | Unavailable {
  const inputError = inputErrorOf([effect, standardError], alpha, sides);
  if (inputError || standardError < 0) return inputError ?? unavailable("bad_input");
  if (standardError === 0) return unavailable("zero_variance");
  const criticalValue = normalUpperQuantile(alpha / sides);
  return withoutNaN({ power: exceedance(effect / standardError, criticalValue, sides) });
}

/**
 * Power of an always-valid comparison at one single look: a lower bound of its power over all looks.
 * @param units of both arms at that look; `plannedUnits` those at which the interval is tightest
 */
export function powerOfAlwaysValidLook(
  effect: number,
  standardError: number,
  units: number,
  plannedUnits: number,
  alpha: number,
): { power: number } | Unavailable {
  const inputError = inputErrorOf([effect, standardError, units, plannedUnits], alpha, 2);
  if (inputError || standardError < 0 || units < 0 || !(plannedUnits > 0))
    return inputError ?? unavailable("bad_input");
  if (standardError === 0) return unavailable("zero_variance");
  if (units === 0) return unavailable("insufficient_data");
  const criticalValue = twoSidedMultiplier(units * mixtureVariance(plannedUnits, alpha), alpha);
  return withoutNaN({ power: exceedance(effect / standardError, criticalValue, 2) });
}

/**
 * Exact power of Student's t-test with two arms of equal size and variance.
 * @param effect difference / common standard deviation
 * @param unitsPerArm > 1, not necessarily whole
 */
export function powerOfTTest(
  effect: number,
  unitsPerArm: number,
  alpha: number,
  sides: Sides = 2,
): { power: number } | Unavailable {
  const inputError = inputErrorOf([effect, unitsPerArm], alpha, sides);
  if (inputError) return inputError;
  if (unitsPerArm <= 1) return unavailable(unitsPerArm < 0 ? "bad_input" : "insufficient_data");
  return withoutNaN({ power: tTestPower(Math.abs(effect), unitsPerArm, alpha, sides) });
}

function tTestPower(effect: number, unitsPerArm: number, alpha: number, sides: Sides): number {
  const degreesOfFreedom = 2 * (unitsPerArm - 1);
  const noncentrality = effect * Math.sqrt(unitsPerArm / 2);
  const criticalValue = studentUpperQuantile(alpha / sides, degreesOfFreedom);
  const wrongSide =
    sides === 2 ? noncentralStudentUpperTail(criticalValue, degreesOfFreedom, -noncentrality) : 0;
  return Math.min(1, noncentralStudentUpperTail(criticalValue, degreesOfFreedom, noncentrality) + wrongSide);
}

/**
 * Units per arm for Student's t-test to reach a power, exactly and rounded up.
 * @param effect difference / common standard deviation, not 0
 * @see Cohen 1988; power by the noncentral t distribution as in R's power.t.test
 */
export function sampleSizeOfTTest(
  effect: number,
  alpha: number,
  power: number,
  sides: Sides = 2,
): { exactUnitsPerArm: number; unitsPerArm: number } | Unavailable {
  const inputError = inputErrorOf([effect], alpha, sides);
  if (inputError || !isShare(power)) return inputError ?? unavailable("bad_input");
  if (effect === 0) return unavailable("unbounded");
  const size = Math.abs(effect);
  const reach = normalUpperQuantile(alpha / sides) + normalUpperQuantile(1 - power);
  // In the logarithm of the degrees of freedom per arm, from the normal approximation.
  const missing = (logDegrees: number) => {
    const reached = tTestPower(size, 1 + Math.exp(logDegrees), alpha, sides);
    return power < 0.5 ? Math.log(power / reached) : Math.log((1 - reached) / (1 - power));
  };
  const guess = Math.log(Math.max(1e-3, 2 * (Math.max(reach, 0.1) / size) ** 2));
  const exactUnitsPerArm = 1 + Math.exp(rootOfDecreasing(missing, guess, 0.1));
  if (!Number.isFinite(exactUnitsPerArm)) return unavailable("unbounded");
  return { exactUnitsPerArm, unitsPerArm: Math.ceil(exactUnitsPerArm) };
}
