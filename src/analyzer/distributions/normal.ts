import erfc from "@stdlib/math-base-special-erfc";
import erfcinv from "@stdlib/math-base-special-erfcinv";

const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

/** The standard normal density. */
export function normalDensity(z: number): number {
  return Math.exp(-(z * z) / 2) / SQRT_TWO_PI;
}

/** P(Z > z), to some 1e-13 relative down to 1e-305. */
export function normalUpperTail(z: number): number {
  return erfc(z / Math.SQRT2) / 2;
}

/** The z with P(Z > z) = probability. @param probability in [0, 1]; 0 and 1 lie at ±Infinity */
export function normalUpperQuantile(probability: number): number {
  return Math.SQRT2 * erfcinv(2 * probability);
}

/** The z with P(Z < z) = probability. @param probability in [0, 1] */
export function normalLowerQuantile(probability: number): number {
  return -normalUpperQuantile(probability);
}
