import type { Unavailable } from "#model/analysis/analysis.ts";
import { areFinite, unavailable, withoutNaN } from "../unavailable.ts";
import { add, divide, multiply, product, subtract, toNumber, ZERO } from "./exact-sum.ts";

/** Count, means, Σ(x − x̄)², Σ(y − ȳ)² and Σ(x − x̄)(y − ȳ) of pairs; those of disjoint sets merge. */
export interface Comoments {
  count: number;
  meanX: number;
  meanY: number;
  squaresX: number;
  squaresY: number;
  products: number;
}

/**
 * Merges comoments around their exact common means; order, grouping and empty parts leave no trace.
 * @returns `bad_input` for counts below 0 or values that are not finite
 * @see Bennett et al. 2009, "Numerically stable, single-pass, parallel statistics algorithms"
 */
export function mergeComoments(parts: readonly Comoments[]): Comoments | Unavailable {
  if (!parts.every((part) => areFinite(...Object.values(part)) && part.count >= 0))
    return unavailable("bad_input");
  let [count, sumX, sumY] = [0, ZERO, ZERO];
  for (const part of parts) {
    count += part.count;
    sumX = add(sumX, product(part.count, part.meanX));
    sumY = add(sumY, product(part.count, part.meanY));
  }
  const [meanX, meanY] = count > 0 ? [divide(sumX, count), divide(sumY, count)] : [ZERO, ZERO];
  let [squaresX, squaresY, products] = [ZERO, ZERO, ZERO];
  for (const part of parts) {
    const [x, y] = [subtract([part.meanX, 0], meanX), subtract([part.meanY, 0], meanY)];
    const weigh = (first: typeof x, second: typeof x) => multiply([part.count, 0], multiply(first, second));
    squaresX = add(add(squaresX, [part.squaresX, 0]), weigh(x, x));
    squaresY = add(add(squaresY, [part.squaresY, 0]), weigh(y, y));
    products = add(add(products, [part.products, 0]), weigh(x, y));
  }
  return withoutNaN({
    count,
    meanX: toNumber(meanX),
    meanY: toNumber(meanY),
    squaresX: toNumber(squaresX),
    squaresY: toNumber(squaresY),
    products: toNumber(products),
  });
}

/** Unbiased covariance of the pairs. @returns `insufficient_data` below two pairs */
export function covarianceOf({ count, products }: Comoments): { covariance: number } | Unavailable {
  if (!areFinite(count, products)) return unavailable("bad_input");
  return count < 2 ? unavailable("insufficient_data") : { covariance: products / (count - 1) };
}
