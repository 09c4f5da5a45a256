import gammainc from "@stdlib/math-base-special-gammainc";
import { rootOfDecreasing } from "../numeric/find-root.ts";
import { LARGEST_PARAMETER, type LogConcaveDensity, tailsOf } from "./log-concave.ts";
import { stirlingError } from "./log-gamma.ts";
import { normalUpperQuantile } from "./normal.ts";

/**
 * Above this shape the library's incomplete gamma function fails: 0.1 % wrong in far tails at 250, 2.5 % in the middle at
 * 1,000 (vector `x-chi2_sf-010`). jStat has no upper tail.
 */
const LARGE_SHAPE = 100;

/** ln of a gamma variable over its shape, a log-concave density around 0. */
function logGammaDensity(shape: number): LogConcaveDensity {
  return {
    logDensity: (u) => shape * (u - Math.expm1(u)),
    scale: 1 / Math.sqrt(shape),
    mass: Math.sqrt((2 * Math.PI) / shape) * Math.exp(stirlingError(shape)),
  };
}

/** P(X > x) for a chi-square X. @param degreesOfFreedom in (0, 1e20]; NaN beyond */
export function chiSquareUpperTail(x: number, degreesOfFreedom: number): number {
  return tails(x, degreesOfFreedom, true);
}

function chiSquareLowerTail(x: number, degreesOfFreedom: number): number {
  return tails(x, degreesOfFreedom, false);
}

function tails(x: number, degreesOfFreedom: number, upper: boolean): number {
  if (!(degreesOfFreedom > 0 && degreesOfFreedom <= LARGEST_PARAMETER) || Number.isNaN(x)) return Number.NaN;
  if (x <= 0) return upper ? 1 : 0;
  if (x === Number.POSITIVE_INFINITY) return upper ? 0 : 1;
  const shape = degreesOfFreedom / 2;
  if (shape <= LARGE_SHAPE) return gammainc(x / 2, shape, true, upper);
  const both = tailsOf(logGammaDensity(shape), Math.log(x / degreesOfFreedom));
  return upper ? both.upper : both.lower;
}

/**
 * The x with P(X < x) = probability, found on whichever tail is smaller. The library's inverse fails with its
 * incomplete gamma function (`x-chi2_ppf-042`) and is 0.7 % wrong at an upper tail of 1e-300; jStat's is without digits
 * in either tail.
 * @param probability in [0, 1]
 * @param degreesOfFreedom in (0, 1e20]; NaN beyond
 */
export function chiSquareLowerQuantile(probability: number, degreesOfFreedom: number): number {
  if (!(probability >= 0 && probability <= 1 && degreesOfFreedom > 0)) return Number.NaN;
  if (probability === 0) return 0;
  if (probability === 1) return Number.POSITIVE_INFINITY;
  const upper = 1 - probability;
  const logarithm = Math.log(Math.min(probability, upper));
  const excess = (y: number) => {
    const x = Math.exp(y);
    return probability < 0.5
      ? logarithm - Math.log(chiSquareLowerTail(x, degreesOfFreedom))
      : Math.log(chiSquareUpperTail(x, degreesOfFreedom)) - logarithm;
  };
  // Wilson and Hilferty's cube is close for more than a few degrees of freedom, the power law of the left end below.
  const deviation = Math.sqrt(2 / (9 * degreesOfFreedom));
  const cube = 1 - deviation ** 2 - normalUpperQuantile(probability) * deviation;
  const guess = cube > 0.1 ? 3 * Math.log(cube) : (2 * Math.log(probability)) / degreesOfFreedom;
  return Math.exp(rootOfDecreasing(excess, guess + Math.log(degreesOfFreedom), deviation));
}
