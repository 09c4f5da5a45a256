import type { ExactSum } from "#model/analysis/moments.ts";

/** 2^27 + 1: splits a double into two halves whose products are exact. */
const SPLITTER = 134_217_729;

export const ZERO: ExactSum = [0, 0];

/** The sum of two doubles and its rounding error, exactly. @see Knuth, The Art of Computer Programming 2, 4.2.2 */
function twoSum(a: number, b: number): ExactSum {
  const sum = a + b;
  const virtual = sum - a;
  return [sum, a - (sum - virtual) + (b - virtual)];
}

/** The product of two doubles and its rounding error, exactly, for magnitudes below 1e290. @see Dekker 1971 */
function twoProduct(a: number, b: number): ExactSum {
  const product = a * b;
  const splitA = SPLITTER * a;
  const highA = splitA - (splitA - a);
  const lowA = a - highA;
  const splitB = SPLITTER * b;
  const highB = splitB - (splitB - b);
  const lowB = b - highB;
  return [product, lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB)];
}

/** The sum of two exact sums. @see Hida, Li, Bailey 2001 (the accurate double-double addition) */
export function add(a: ExactSum, b: ExactSum): ExactSum {
  const [high, error] = twoSum(a[0], b[0]);
  const [low, lowError] = twoSum(a[1], b[1]);
  const [middle, middleError] = twoSum(high, error + low);
  return twoSum(middle, middleError + lowError);
}

/**
 * Adds an exact sum to the one at a place of an array, in place: what `add` does without making anything.
 * @param sums high and low of every sum, one after the other
 */
export function accumulate(sums: Float64Array, place: number, high: number, low: number): void {
  const a = sums[place] ?? 0;
  const aLow = sums[place + 1] ?? 0;
  const sum = a + high;
  const virtual = sum - a;
  const error = a - (sum - virtual) + (high - virtual);
  const sumLow = aLow + low;
  const virtualLow = sumLow - aLow;
  const errorLow = aLow - (sumLow - virtualLow) + (low - virtualLow);
  const rest = error + sumLow;
  const middle = sum + rest;
  const virtualMiddle = middle - sum;
  const errorMiddle = sum - (middle - virtualMiddle) + (rest - virtualMiddle);
  const last = errorMiddle + errorLow;
  const result = middle + last;
  const virtualResult = result - middle;
  sums[place] = result;
  sums[place + 1] = middle - (result - virtualResult) + (last - virtualResult);
}

/** Adds the exact product of two doubles to the sum at a place of an array, or takes it away. */
export function accumulateProduct(
  sums: Float64Array,
  place: number,
  a: number,
  b: number,
  sign: 1 | -1,
): void {
  const high = a * b;
  const splitA = SPLITTER * a;
  const highA = splitA - (splitA - a);
  const lowA = a - highA;
  const splitB = SPLITTER * b;
  const highB = splitB - (splitB - b);
  const lowB = b - highB;
  const low = lowA * lowB - (high - highA * highB - lowA * highB - highA * lowB);
  accumulate(sums, place, sign * high, sign * low);
}

export function negate(a: ExactSum): ExactSum {
  return [-a[0], -a[1]];
}

export function subtract(a: ExactSum, b: ExactSum): ExactSum {
  return add(a, negate(b));
}

/** The exact product of two doubles. */
export function product(a: number, b: number): ExactSum {
  return twoProduct(a, b);
}

/** The product of two exact sums, to some 31 digits. */
export function multiply(a: ExactSum, b: ExactSum): ExactSum {
  const [high, low] = twoProduct(a[0], b[0]);
  return twoSum(high, low + (a[0] * b[1] + a[1] * b[0]));
}

/** The quotient of an exact sum and a double, to some 31 digits. */
export function divide(a: ExactSum, b: number): ExactSum {
  const first = (a[0] + a[1]) / b;
  const rest = subtract(a, twoProduct(first, b));
  return twoSum(first, (rest[0] + rest[1]) / b);
}

export function toNumber(a: ExactSum): number {
  return a[0] + a[1];
}
