import type { Unavailable } from "#model/analysis/analysis.ts";
import type { ExactSum } from "#model/analysis/moments.ts";
import { add, divide, multiply, product, subtract, toNumber, ZERO } from "../numeric/exact-sum.ts";
import { areFinite, unavailable, withoutNaN } from "../unavailable.ts";
import type { MeanAndVariance } from "./estimate.ts";

/** Count, mean and Σ(x − mean)² of some values; summaries of disjoint sets merge. */
export interface Summary {
  count: number;
  mean: number;
  squaredDeviations: number;
}

/** A count with a mean that still knows the digits a double has no room for. */
function exactMean(parts: readonly { count: number; mean: number }[]): { count: number; mean: ExactSum } {
  let [count, sum] = [0, ZERO];
  for (const part of parts) {
    count += part.count;
    sum = add(sum, product(part.count, part.mean));
  }
  return { count, mean: count > 0 ? divide(sum, count) : ZERO };
}

/**
 * Merges summaries around their exact common mean: the order and grouping of the parts leave no trace. Empty parts have
 * none either.
 * @returns `bad_input` for counts or squares below 0 or values that are not finite
 * @see Chan, Golub, LeVeque 1983
 */
export function mergeSummaries(parts: readonly Summary[]): Summary | Unavailable {
  const sound = parts.every(
    ({ count, mean, squaredDeviations }) =>
      areFinite(count, mean, squaredDeviations) && count >= 0 && squaredDeviations >= 0,
  );
  if (!sound) return unavailable("bad_input");
  const { count, mean } = exactMean(parts);
  let squares = ZERO;
  for (const part of parts) {
    const shift = subtract([part.mean, 0], mean);
    squares = add(squares, [part.squaredDeviations, 0]);
    squares = add(squares, multiply([part.count, 0], multiply(shift, shift)));
  }
  return withoutNaN({ count, mean: toNumber(mean), squaredDeviations: toNumber(squares) });
}

/** The summary of plain values, by two passes that keep the digits of a mean far from 0. */
export function summarize(values: readonly number[]): Summary | Unavailable {
  return mergeSummaries(values.map((value) => ({ count: 1, mean: value, squaredDeviations: 0 })));
}

/** Count, mean and unbiased variance of a summary. @returns `insufficient_data` below two values */
export function varianceOfSummary(summary: Summary): MeanAndVariance | Unavailable {
  if (!areFinite(summary.count, summary.mean, summary.squaredDeviations)) return unavailable("bad_input");
  if (summary.count < 2) return unavailable("insufficient_data");
  const { count, mean, squaredDeviations } = summary;
  return { units: count, mean, variance: squaredDeviations / (count - 1) };
}
