import type { Unavailable } from "#model/analysis/analysis.ts";
import { unavailable } from "../unavailable.ts";

/** Why there is no quantile of the values, or undefined. */
function flawOfQuestion(values: readonly number[], quantile: number): Unavailable | undefined {
  if (!(quantile >= 0 && quantile <= 1)) return unavailable("bad_input");
  if (!values.every(Number.isFinite)) return unavailable("bad_input");
  return values.length > 0 ? undefined : unavailable("insufficient_data");
}

/** Type 7 of already sorted values: linear between order statistics, the first at 0 and the last at 1. */
export function interpolatedQuantile(sorted: readonly number[], quantile: number): number {
  const position = (sorted.length - 1) * quantile;
  const index = Math.floor(position);
  const low = sorted[index] ?? Number.NaN;
  const high = sorted[index + 1] ?? low;
  return low + (position - index) * (high - low);
}

/** Type 1 of already sorted values: the smallest value that at least this share of the values does not exceed. */
function leastQuantile(sorted: readonly number[], quantile: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * quantile) - 1)] ?? Number.NaN;
}

export interface Quantiles {
  /** Type 7, the default of R and NumPy. */
  interpolated: number;
  /** Type 1, the inverse of the empirical distribution: always one of the values. */
  inverted: number;
}

/**
 * A quantile of plain values.
 * @param values in any order
 * @param quantile in [0, 1]
 * @see Hyndman, Fan 1996, "Sample quantiles in statistical packages"
 */
export function quantilesOf(values: readonly number[], quantile: number): Quantiles | Unavailable {
  const inputError = flawOfQuestion(values, quantile);
  if (inputError) return inputError;
  const sorted = values.toSorted((a, b) => a - b);
  return {
    interpolated: interpolatedQuantile(sorted, quantile),
    inverted: leastQuantile(sorted, quantile),
  };
}
