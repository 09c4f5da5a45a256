import betainc from "@stdlib/math-base-special-betainc";
import kernelBetaincinv from "@stdlib/math-base-special-kernel-betaincinv";
import { rootOfDecreasing } from "../numeric/find-root.ts";
import { LARGEST_PARAMETER, type LogConcaveDensity, tailsOf } from "./log-concave.ts";
import { stirlingError } from "./log-gamma.ts";

/**
 * Above this a + b the library's incomplete beta function and its inverse lose digits: 3e-4 at 2e8, 12 % at 2e9 (vectors
 * `x-beta_cdf-023`, `x-beta_cdf-025`). jStat leaves [0, 1] there.
 */
const LARGE_PARAMETERS = 2e5;

/** The logit of a beta variable relative to that of its mean, a log-concave density around 0. */
function logitBetaDensity(a: number, b: number): LogConcaveDensity {
  // The form whose two terms are smaller: they nearly cancel around the mode.
  const rising = (u: number) => a * u - (a + b) * Math.log1p((a / (a + b)) * Math.expm1(u));
  const falling = (u: number) => -b * u - (a + b) * Math.log1p((b / (a + b)) * Math.expm1(-u));
  return {
    logDensity: a < b ? rising : falling,
    scale: Math.sqrt(1 / a + 1 / b),
    mass:
      Math.sqrt(2 * Math.PI * (1 / a + 1 / b)) *
      Math.exp(stirlingError(a) + stirlingError(b) - stirlingError(a + b)),
  };
}

/**
 * P(X < x) for a beta X.
 * @param x in [0, 1]
 * @param a, b > 0, together at most 1e20; NaN beyond
 */
export function betaLowerTail(x: number, a: number, b: number): number {
  return tails(x, 1 - x, a, b, false);
}

/** P(X > x) for a beta X. @param x in [0, 1] */
export function betaUpperTail(x: number, a: number, b: number): number {
  return tails(x, 1 - x, a, b, true);
}

/** @param y 1 − x, which a caller may know to more digits */
function tails(x: number, y: number, a: number, b: number, upper: boolean): number {
  if (!(a > 0 && b > 0 && a + b <= LARGEST_PARAMETER && x >= 0 && y >= 0)) return Number.NaN;
  if (x === 0 || y === 0) return upper === (x === 0) ? 1 : 0;
  if (a + b <= LARGE_PARAMETERS) {
    return x <= y ? betainc(x, a, b, true, upper) : betainc(y, b, a, true, !upper);
  }
  const logit = Math.log((x / a) * (b / y));
  const both = tailsOf(logitBetaDensity(a, b), logit);
  return upper ? both.upper : both.lower;
}

/**
 * The x with P(X < x) = probability; beyond the library's range found on whichever tail is smaller.
 * @param probability in [0, 1]
 * @param a, b > 0, together at most 1e20; NaN beyond
 */
export function betaLowerQuantile(probability: number, a: number, b: number): number {
  if (!(probability >= 0 && probability <= 1 && a > 0 && b > 0)) return Number.NaN;
  if (probability === 0 || probability === 1) return probability;
  if (a + b <= LARGE_PARAMETERS) return kernelBetaincinv(a, b, probability, 1 - probability)[0] ?? Number.NaN;
  const logarithm = Math.log(Math.min(probability, 1 - probability));
  const excess = (logit: number) => {
    const [x, y] = [1 / (1 + Math.exp(-logit)), 1 / (1 + Math.exp(logit))];
    return probability < 0.5
      ? logarithm - Math.log(tails(x, y, a, b, false))
      : Math.log(tails(x, y, a, b, true)) - logarithm;
  };
  const logit = rootOfDecreasing(excess, Math.log(a / b), Math.sqrt(1 / a + 1 / b));
  return 1 / (1 + Math.exp(-logit));
}
