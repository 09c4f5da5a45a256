import type { ExactSum } from "#model/analysis/moments.ts";
import { add, divide, multiply, product, subtract, toNumber, ZERO } from "./exact-sum.ts";

/** What a cancellation of exact sums leaves below this share of its terms is nothing but their rounding. */
const ROUNDING = 2 ** -98;

/** The same for sums that someone kept as doubles. */
const DOUBLE_ROUNDING = 2 ** -46;

/** A sum over units: a plain double, or an exact sum where a double has no room for all digits. */
type Sum = number | ExactSum;

export function toExact(sum: Sum): ExactSum {
  return typeof sum === "number" ? [sum, 0] : sum;
}

/** Sums over one arm's units: n, Σx, Σy, Σx², Σy², Σxy. */
export interface PairSums {
  units: number;
  x: Sum;
  y: Sum;
  xx: Sum;
  yy: Sum;
  xy: Sum;
}

/** The sums of an arm's units. @param rows  one [x, y] for every unit */
export function pairSumsOf(rows: readonly (readonly [x: number, y: number])[]): PairSums {
  let [x, y, xx, yy, xy] = [ZERO, ZERO, ZERO, ZERO, ZERO];
  for (const [first, second] of rows) {
    x = add(x, [first, 0]);
    y = add(y, [second, 0]);
    xx = add(xx, product(first, first));
    yy = add(yy, product(second, second));
    xy = add(xy, product(first, second));
  }
  return { units: rows.length, x, y, xx, yy, xy };
}

/** Σ(a − ā)(b − b̄) from Σab, Σa, Σb over `count` units. */
export function centeredProduct(products: ExactSum, a: ExactSum, b: ExactSum, count: number): ExactSum {
  const expected = divide(multiply(a, b), count);
  return withoutRounding(subtract(products, expected), products);
}

/**
 * The quadratic form Σ(y − θx)² = yy − 2θ·xy + θ²·xx from centered sums, exactly 0 when y = θx.
 * @param slope θ
 */
export function residualSquares(yy: ExactSum, xy: ExactSum, xx: ExactSum, slope: ExactSum): ExactSum {
  const cross = multiply(slope, xy);
  const squares = multiply(multiply(slope, slope), xx);
  const terms = add(yy, squares);
  const residual = withoutRounding(add(subtract(yy, add(cross, cross)), squares), terms);
  // Sums that were rounded to doubles before they came here may leave a little less than nothing.
  const belowZero = toNumber(residual) < 0 && -toNumber(residual) < DOUBLE_ROUNDING * toNumber(terms);
  return belowZero ? ZERO : residual;
}

/** The quotient of two exact sums, to some 31 digits. */
export function quotient(a: ExactSum, b: ExactSum): ExactSum {
  const first = toNumber(a) / toNumber(b);
  const rest = subtract(a, multiply(b, [first, 0]));
  const second = toNumber(rest) / toNumber(b);
  return add([first, 0], [second, 0]);
}

function withoutRounding(value: ExactSum, terms: ExactSum): ExactSum {
  return Math.abs(toNumber(value)) <= ROUNDING * Math.abs(toNumber(terms)) ? [0, 0] : value;
}
