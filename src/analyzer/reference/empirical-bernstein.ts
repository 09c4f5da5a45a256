import type { Unavailable } from "#model/analysis/analysis.ts";
import type { Bounds } from "../estimates/estimate.ts";
import { isShare, unavailable, withoutNaN } from "../unavailable.ts";

/** Before any value the mean is taken for ½ and the variance for ¼: half a unit's worth of caution. */
const PRIOR_MEAN = 1 / 2;
const PRIOR_VARIANCE = 1 / 4;

/**
 * The predictable plug-in empirical-Bernstein confidence sequence for the mean of values in [0, 1], such as scores of a
 * judge: valid at every look and for every sample size, not only asymptotically.
 * @param values in [0, 1], in the order they came
 * @param alpha 1 − coverage over all looks
 * @param betLimit the largest bet λ, in (0, 1)
 * @see Waudby-Smith, Ramdas 2024, "Estimating means of bounded random variables by betting", theorem 2
 */
export function empiricalBernstein(
  values: readonly number[],
  alpha: number,
  betLimit = 0.5,
): { center: number; halfWidth: number; interval: Bounds } | Unavailable {
  if (!isShare(alpha) || !isShare(betLimit)) return unavailable("bad_input");
  if (!values.every((value) => value >= 0 && value <= 1)) return unavailable("bad_input");
  if (values.length === 0) return unavailable("insufficient_data");
  const budget = Math.log(2 / alpha);
  let [mean, variance] = [PRIOR_MEAN, PRIOR_VARIANCE];
  let [sum, squares] = [PRIOR_MEAN, PRIOR_VARIANCE];
  let [bets, weighted, spent] = [0, 0, 0];
  for (const [index, value] of values.entries()) {
    const look = index + 1;
    const bet = Math.min(betLimit, Math.sqrt((2 * budget) / (variance * look * Math.log1p(look))));
    bets += bet;
    weighted += bet * value;
    spent += (value - mean) ** 2 * (-Math.log1p(-bet) - bet);
    sum += value;
    mean = sum / (look + 1);
    squares += (value - mean) ** 2;
    variance = squares / (look + 1);
  }
  const center = weighted / bets;
  const halfWidth = (budget + spent) / bets;
  const interval = { lower: Math.max(0, center - halfWidth), upper: Math.min(1, center + halfWidth) };
  return withoutNaN({ center, halfWidth, interval });
}
