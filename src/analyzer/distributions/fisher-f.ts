import { betaLowerTail, betaUpperTail } from "./beta.ts";
import { chiSquareUpperTail } from "./chi-square.ts";

/**
 * P(F > f) for an F-distributed F.
 * @param numeratorDegrees, denominatorDegrees > 0; the latter may be Infinity
 */
export function fisherUpperTail(f: number, numeratorDegrees: number, denominatorDegrees: number): number {
  if (f <= 0) return 1;
  if (denominatorDegrees === Number.POSITIVE_INFINITY) {
    return chiSquareUpperTail(f * numeratorDegrees, numeratorDegrees);
  }
  const odds = f * (numeratorDegrees / denominatorDegrees);
  const share = odds === Number.POSITIVE_INFINITY ? 1 : odds / (1 + odds);
  const [a, b] = [numeratorDegrees / 2, denominatorDegrees / 2];
  // The beta variable's smaller side has all its digits.
  return share <= 0.5 ? betaUpperTail(share, a, b) : betaLowerTail(1 / (1 + odds), b, a);
}
