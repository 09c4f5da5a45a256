import type { Unavailable } from "#model/analysis/analysis.ts";
import { areFinite, unavailable } from "../unavailable.ts";

/** An arm's estimate with its uncertainty: what every comparison of two arms starts from. */
export interface Estimate {
  /** Independent units behind it. */
  units: number;
  estimate: number;
  /** Squared standard error of the estimate. */
  squaredError: number;
}

/** Both ends included; ±Infinity where there is no bound. */
export interface Bounds {
  lower: number;
  upper: number;
}

/** Count, mean and unbiased variance of one arm. */
export interface MeanAndVariance {
  units: number;
  mean: number;
  variance: number;
}

/** The mean of an arm as an estimate. @returns `insufficient_data` below two units, `bad_input` for a variance < 0 */
export function estimateOfMean({ units, mean, variance }: MeanAndVariance): Estimate | Unavailable {
  if (!areFinite(units, mean, variance) || variance < 0) return unavailable("bad_input");
  if (units < 2) return unavailable("insufficient_data");
  return { units, estimate: mean, squaredError: variance / units };
}

/** Reasons why an estimate cannot enter a comparison, or undefined. */
export function inputErrorOf({ units, estimate, squaredError }: Estimate): Unavailable | undefined {
  if (!areFinite(units, estimate, squaredError) || squaredError < 0) return unavailable("bad_input");
  if (units < 2) return unavailable("insufficient_data");
  return undefined;
}
