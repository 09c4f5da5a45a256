import kernelBetaincinv from "@stdlib/math-base-special-kernel-betaincinv";
import tCdf from "@stdlib/stats-base-dists-t-cdf";
import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import { normalUpperQuantile, normalUpperTail } from "./normal.ts";

/** From here on Student's t is the normal distribution to all digits of a double. */
const NORMAL_FROM = 1e17;

/** P(T > t) for Student's t. @param degreesOfFreedom > 0, Infinity included */
export function studentUpperTail(t: number, degreesOfFreedom: number): number {
  if (degreesOfFreedom > NORMAL_FROM) return normalUpperTail(t);
  if (Math.abs(t) === Number.POSITIVE_INFINITY) return t > 0 ? 0 : 1;
  return tCdf(-t, degreesOfFreedom);
}

/** P(|T| > |t|) for Student's t. @param degreesOfFreedom > 0, Infinity included */
export function studentTwoSided(t: number, degreesOfFreedom: number): number {
  return Math.min(1, 2 * studentUpperTail(Math.abs(t), degreesOfFreedom));
}

/**
 * The t with P(T > t) = probability.
 * @param probability in [0, 1]
 * @param degreesOfFreedom > 0, Infinity included
 */
export function studentUpperQuantile(probability: number, degreesOfFreedom: number): number {
  if (probability > 0.5) return -studentUpperQuantile(1 - probability, degreesOfFreedom);
  if (degreesOfFreedom > NORMAL_FROM) return normalUpperQuantile(probability);
  if (probability <= 0.25) return -tQuantile(probability, degreesOfFreedom);
  // Near the middle the library's quantile is 0, and so is jStat's (vectors `x-t_ppf-032` to `-034`): it inverts the
  // outer probability. The inner one, P(|T| < t) = 1 − 2·probability, keeps the digits of a small t.
  const inner = 1 - 2 * probability;
  const [share, rest] = kernelBetaincinv(0.5, degreesOfFreedom / 2, inner, 2 * probability);
  return Math.sqrt((degreesOfFreedom * (share ?? Number.NaN)) / (rest ?? Number.NaN));
}

/** The t with P(T < t) = probability. @param probability in [0, 1] */
export function studentLowerQuantile(probability: number, degreesOfFreedom: number): number {
  return -studentUpperQuantile(probability, degreesOfFreedom);
}
