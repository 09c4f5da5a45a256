import type { Unavailable } from "#model/analysis/analysis.ts";
import { betaUpperTail } from "../distributions/index.ts";
import { isShare, unavailable, withoutNaN } from "../unavailable.ts";

export interface QuantileRanks {
  /** 1-based rank of the sorted values that bounds the quantile from below, or null when none does. */
  lowerRank: number | null;
  upperRank: number | null;
  /** The exact chance that the ranks enclose the quantile. */
  coverage: number;
}

/** P(X ≤ k) of a binomial. */
function binomialLowerTail(k: number, units: number, share: number): number {
  if (k < 0) return 0;
  return k >= units ? 1 : betaUpperTail(share, k + 1, units - k);
}

/** P(X > k) of a binomial. */
function binomialUpperTail(k: number, units: number, share: number): number {
  if (k < 0) return 1;
  return k >= units ? 0 : betaUpperTail(1 - share, units - k, k + 1);
}

/** The smallest k in [−1, units] for which `holds`, which is false below and true from there on. */
function smallest(units: number, holds: (k: number) => boolean): number {
  let [low, high] = [-1, units];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The ranks of order statistics that enclose a quantile of independent values, whatever their distribution.
 * @param units whole number of values
 * @param quantile in (0, 1)
 * @param alpha 1 − the coverage that the ranks must reach, half of it on either side
 * @see Conover 1999, "Practical Nonparametric Statistics", 3.2
 */
export function quantileRanks(units: number, quantile: number, alpha: number): QuantileRanks | Unavailable {
  if (!Number.isSafeInteger(units) || units < 0) return unavailable("bad_input");
  if (!isShare(quantile) || !isShare(alpha)) return unavailable("bad_input");
  if (units === 0) return unavailable("insufficient_data");
  const lower = smallest(units, (k) => binomialLowerTail(k, units, quantile) >= alpha / 2);
  const upper = smallest(units, (k) => binomialUpperTail(k, units, quantile) <= alpha / 2) + 1;
  const outside =
    binomialLowerTail(lower - 1, units, quantile) +
    (upper > units ? 0 : binomialUpperTail(upper - 1, units, quantile));
  return withoutNaN({
    lowerRank: lower >= 1 ? lower : null,
    upperRank: upper <= units ? upper : null,
    coverage: 1 - outside,
  });
}
