import { interpolatedQuantile } from "../numeric/quantile.ts";

/** `from` is part of a bin, `to` only of the last one. */
export interface Bin {
  from: number;
  to: number;
  count: number;
}

export const MAXIMUM_BINS = 30;

/** Where the largest values lie this many times further out than the median, equal widths would show a single bar. */
const SKEWED = 8;

function evenEdges(from: number, to: number, bins: number): number[] {
  return Array.from({ length: bins + 1 }, (_, index) => from + ((to - from) * index) / bins);
}

/** Edges by equal ratios. @param from, to  both > 0 */
function geometricEdges(from: number, to: number, bins: number): number[] {
  return evenEdges(Math.log(from), Math.log(to), bins).map(Math.exp);
}

/** Equal widths for the bulk, and one bin for what lies far outside on either side. */
function edgesOfBulk(sorted: readonly number[], bins: number): number[] {
  const [minimum = 0] = sorted;
  const maximum = sorted.at(-1) ?? 0;
  const low = interpolatedQuantile(sorted, 0.01);
  const high = interpolatedQuantile(sorted, 0.99);
  const width = high - low;
  const from = width > 0 && low - minimum > width ? low : minimum;
  const to = width > 0 && maximum - high > width ? high : maximum;
  const tails = Number(from > minimum) + Number(to < maximum);
  return evenEdges(from, to, Math.max(1, bins - tails));
}

function edgesOf(sorted: readonly number[]): number[] {
  const [minimum = 0] = sorted;
  const maximum = sorted.at(-1) ?? 0;
  // Whole numbers in a narrow range, such as 0 and 1 or ratings: one bin around each.
  if (maximum - minimum < MAXIMUM_BINS && sorted.every(Number.isInteger))
    return evenEdges(minimum - 0.5, maximum + 0.5, maximum - minimum + 1);
  const bins = Math.min(MAXIMUM_BINS, Math.ceil(Math.sqrt(sorted.length)));
  const median = interpolatedQuantile(sorted, 0.5);
  const isSkewed = minimum > 0 && interpolatedQuantile(sorted, 0.99) > SKEWED * median;
  const edges = isSkewed ? geometricEdges(minimum, maximum, bins) : edgesOfBulk(sorted, bins);
  // The outermost edges are the values themselves: computed ones miss them by a rounding error.
  const inner = edges.filter((edge) => edge > minimum && edge < maximum);
  return [...new Set([minimum, ...inner, maximum])];
}

/**
 * Counts values in at most 30 adjoining bins: one per whole number where there are few, equal ratios for positive values
 * with a long tail, else equal widths with outliers in a bin of their own.
 * @param sorted finite values in ascending order
 */
export function histogramOf(sorted: readonly number[]): Bin[] {
  const [minimum] = sorted;
  const maximum = sorted.at(-1);
  if (minimum === undefined || maximum === undefined) return [];
  if (minimum === maximum && !Number.isInteger(minimum))
    return [{ from: minimum, to: maximum, count: sorted.length }];
  const edges = edgesOf(sorted);
  const bins = edges.slice(1).map((to, index) => ({ from: edges[index] ?? to, to, count: 0 }));
  let current = 0;
  for (const value of sorted) {
    while (current < bins.length - 1 && value >= (bins[current]?.to ?? value)) current += 1;
    const bin = bins[current];
    if (bin) bin.count += 1;
  }
  return bins;
}
