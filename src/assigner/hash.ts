const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Number of buckets that units are spread over. */
const BUCKETS = 10_000;

/**
 * FNV-1a, 32 bits, over the UTF-16 code units of a string (not its UTF-8 bytes: the two differ beyond ASCII).
 * @param start the hash of what comes before the text
 * @returns an unsigned 32-bit integer
 */
export function fnv32a(text: string, start: number = FNV_OFFSET_BASIS): number {
  let hash = start;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  }
  return hash >>> 0;
}

const CODE_OF_ZERO = 48;
const POWERS = [10_000, 1_000, 100, 10, 1];

/** fnv32a of a number's decimal digits, without making them a string. @param number an unsigned 32-bit integer */
function fnv32aOfDigits(number: number): number {
  // Two small integers are divided much faster than one that may exceed 31 bits.
  const high = Math.floor(number / 100_000);
  const low = number - high * 100_000;
  let hash = FNV_OFFSET_BASIS;
  let isLeading = true;
  for (let place = 0; place < 10; place++) {
    const part = place < 5 ? high : low;
    const digit = ((part / (POWERS[place % 5] ?? 1)) | 0) % 10;
    if (isLeading && digit === 0 && place < 9) continue;
    isLeading = false;
    hash = Math.imul(hash ^ (CODE_OF_ZERO + digit), FNV_PRIME);
  }
  return hash >>> 0;
}

/**
 * The bucket of a unit, hash version 2 of GrowthBook's published SDK specification.
 * @returns one of 0, 0.0001, …, 0.9999
 */
export function bucketOf(seed: string, unit: string): number {
  return (fnv32aOfDigits(fnv32a(unit, fnv32a(seed))) % BUCKETS) / BUCKETS;
}

/** Hash version 1 of the same specification, which namespaces use. @returns one of 0, 0.001, …, 0.999 */
export function namespaceBucketOf(namespace: string, unit: string): number {
  return (fnv32a(`${unit}__${namespace}`) % 1_000) / 1_000;
}
