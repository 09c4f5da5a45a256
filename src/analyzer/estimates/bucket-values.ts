import type { ExactSum } from "#model/analysis/moments.ts";
import { add, divide, product, subtract, toNumber, ZERO } from "../numeric/exact-sum.ts";

/**
 * What a bucket knows of its values: their sum and the sum of their fingerprints modulo a prime. Both are linear, so they
 * add over units and shards and a unit can be taken back out. Values of one bucket lie within 2 % of each other and share
 * their exponent, hence their sum is exact in a pair of doubles.
 */
export type BucketValues = readonly [sum: ExactSum, fingerprint: number];

export const NO_VALUES: BucketValues = [ZERO, 0];

/** The largest prime below 2^26: products of two residues stay exact. */
const PRIME = 67_108_859;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** The finalizer of MurmurHash3. */
function scramble(word: number): number {
  const first = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return (second ^ (second >>> 16)) >>> 0;
}

function fingerprintOf(value: number): number {
  double[0] = value;
  const [low = 0, high = 0] = words;
  return scramble(scramble(low) ^ high) % PRIME;
}

export function singleValue(value: number): BucketValues {
  return [[value, 0], fingerprintOf(value)];
}

/**
 * Adds (sign 1) or takes back (sign −1) values.
 * @param a, b  empty for values counted before sums were kept: then nothing is known of the result either
 */
export function combineValues(a: BucketValues | [], b: BucketValues | [], sign: 1 | -1): BucketValues | [] {
  const [sum, fingerprint] = a;
  const [otherSum, otherFingerprint] = b;
  if (!sum || fingerprint === undefined || !otherSum || otherFingerprint === undefined) return [];
  return [
    sign === 1 ? add(sum, otherSum) : subtract(sum, otherSum),
    (fingerprint + sign * otherFingerprint + PRIME) % PRIME,
  ];
}

/**
 * The value that all of a bucket's values are, or undefined when they differ or nothing is known of them. Different values
 * pass for one only if their mean is a double and the fingerprints agree by chance: 1 in 67 million.
 * @see Cormode, Firmani 2014, "A unifying framework for ℓ0-sampling algorithms": recovery of a 1-sparse vector
 */
export function commonValue(count: number, [sum, fingerprint]: BucketValues | []): number | undefined {
  if (!sum || count <= 0) return undefined;
  const mean = toNumber(divide(sum, count));
  const [high, low] = product(mean, count);
  if (high !== sum[0] || low !== sum[1]) return undefined;
  return ((count % PRIME) * fingerprintOf(mean)) % PRIME === fingerprint ? mean : undefined;
}
