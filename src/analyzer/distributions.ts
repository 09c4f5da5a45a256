import erfcinv from "@stdlib/math-base-special-erfcinv";
import gammainc from "@stdlib/math-base-special-gammainc";
import tCdf from "@stdlib/stats-base-dists-t-cdf";
import tQuantile from "@stdlib/stats-base-dists-t-quantile";

/**
 * Tail probabilities and their inverses. Every function computes the tail that it returns directly, never as one minus
 * the other, so that probabilities keep their digits down to 1e-300.
 */

/** The z with P(Z > z) = probability. @param probability in (0, 1) */
export function normalUpperQuantile(probability: number): number {
  return Math.SQRT2 * erfcinv(2 * probability);
}

/** P(|T| > |t|) for Student's t. @param degreesOfFreedom > 0 */
export function studentTwoSided(t: number, degreesOfFreedom: number): number {
  return Math.min(1, 2 * tCdf(-Math.abs(t), degreesOfFreedom));
}

/** The t with P(T > t) = probability. @param probability in (0, 1) */
export function studentUpperQuantile(probability: number, degreesOfFreedom: number): number {
  return -tQuantile(probability, degreesOfFreedom);
}

/** P(X > x) for a chi-square X. @param degreesOfFreedom in (0, 1000] */
export function chiSquareUpperTail(x: number, degreesOfFreedom: number): number {
  return x <= 0 ? 1 : gammainc(x / 2, degreesOfFreedom / 2, true, true);
}
