import type { Unavailable } from "#model/analysis/analysis.ts";
import type { Bounds, MeanAndVariance } from "../estimates/estimate.ts";
import { areFinite, isShare, unavailable, withoutNaN } from "../unavailable.ts";

/**
 * The asymptotic confidence sequence of one arm's mean, in the form whose width stays above 0 while its variance is 0.
 * @param mixtureDeviation ρ > 0
 * @param alpha 1 − coverage over all looks
 * @see Waudby-Smith et al. 2024, theorem 2.2
 */
export function meanSequence(
  { units, mean, variance }: MeanAndVariance,
  mixtureDeviation: number,
  alpha: number,
): { halfWidth: number; interval: Bounds } | Unavailable {
  if (!areFinite(units, mean, variance, mixtureDeviation) || variance < 0) return unavailable("bad_input");
  if (!(mixtureDeviation > 0) || !isShare(alpha)) return unavailable("bad_input");
  if (units <= 0) return unavailable(units < 0 ? "bad_input" : "insufficient_data");
  const time = units * variance * mixtureDeviation ** 2;
  const logarithm = Math.log1p(time) - 2 * Math.log(alpha);
  const halfWidth = Math.sqrt((time + 1) * logarithm) / (units * mixtureDeviation);
  return withoutNaN({ halfWidth, interval: { lower: mean - halfWidth, upper: mean + halfWidth } });
}
