import type { Unavailable } from "#model/analysis/analysis.ts";
import { areFinite, unavailable } from "../unavailable.ts";

/** Tables that are as likely as the observed one up to rounding count as at most as likely. */
const TIE_TOLERANCE = 1e-10;

/** Beyond this total the sum over all tables takes seconds, and chi-square is exact to many digits. */
const MAXIMUM_TOTAL = 1e10;

type Table = readonly [readonly [number, number], readonly [number, number]];

/**
 * Fisher's exact test of a 2 × 2 table, two-sided: the probability of all tables with the same margins that are at most
 * as likely as the observed one. Works with ratios of neighboring tables from the likeliest one outwards.
 * @param table whole numbers ≥ 0, such as [[successes, failures] of control, the same of treatment]
 * @returns p-value in [0, 1]; `insufficient_data` for an empty table, `bad_input` for a total above 1e10
 * @see Fisher 1922; the two-sided rule of R's fisher.test
 */
export function fisherExact(table: Table): { pValue: number } | Unavailable {
  const cells = table.flat();
  if (cells.length !== 4 || !cells.every((cell) => Number.isInteger(cell) && cell >= 0))
    return unavailable("bad_input");
  const [a, b, c, d] = cells as [number, number, number, number];
  const total = a + b + c + d;
  if (!areFinite(total) || total > MAXIMUM_TOTAL) return unavailable("bad_input");
  if (total === 0) return unavailable("insufficient_data");
  const [row, column] = [a + b, a + c];
  const [lowest, highest] = [Math.max(0, row + column - total), Math.min(row, column)];
  /** P(first cell = k + 1) / P(first cell = k) */
  const rise = (k: number) => ((row - k) / (k + 1)) * ((column - k) / (total - row - column + k + 1));
  const likeliest = Math.floor(((row + 1) * (column + 1)) / (total + 2));
  const mode = Math.min(highest, Math.max(lowest, likeliest));

  const weights: [cell: number, weight: number][] = [[mode, 1]];
  for (let [k, weight] = [mode, 1]; k < highest && weight > 0; k++) {
    weight *= rise(k);
    weights.push([k + 1, weight]);
  }
  for (let [k, weight] = [mode, 1]; k > lowest && weight > 0; k--) {
    weight /= rise(k - 1);
    weights.push([k - 1, weight]);
  }
  const observed = weights.find(([cell]) => cell === a)?.[1] ?? 0;
  const limit = observed * (1 + TIE_TOLERANCE);
  const smallestFirst = weights.map(([, weight]) => weight).sort((x, y) => x - y);
  const sum = (parts: readonly number[]) => parts.reduce((whole, part) => whole + part, 0);
  const extreme = sum(smallestFirst.filter((weight) => weight <= limit));
  return { pValue: Math.min(1, extreme / sum(smallestFirst)) };
}
