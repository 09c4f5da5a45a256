import { betaLowerTail, betaUpperTail } from "./beta.ts";
import { chiSquareUpperTail } from "./chi-square.ts";

/** From here on a chi-square over its degrees of freedom is 1 to all digits of a double. */
const INFINITE_FROM = 1e17;

/**
 * P(F > f) for an F-distributed F.
 * @param numeratorDegrees, denominatorDegrees > 0; the latter may be Infinity
 */
export function fisherUpperTail(f: number, numeratorDegrees: number, denominatorDegrees: number): number {
  if (f <= 0) return 1;
  if (denominatorDegrees > INFINITE_FROM && denominatorDegrees / INFINITE_FROM > numeratorDegrees) {
    return chiSquareUpperTail(f * numeratorDegrees, numeratorDegrees);
  }
  const odds = f * (numeratorDegrees / denominatorDegrees);
  const share = odds === Number.POSITIVE_INFINITY ? 1 : odds / (1 + odds);
  const [a, b] = [numeratorDegrees / 2, denominatorDegrees / 2];
  // The beta variable's smaller side has all its digits.
  return share <= 0.5 ? betaUpperTail(share, a, b) : betaLowerTail(1 / (1 + odds), b, a);
}
