const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Number of buckets that units are spread over. */
const BUCKETS = 10_000;

/**
 * FNV-1a, 32 bits, over the UTF-16 code units of a string (not its UTF-8 bytes: the two differ beyond ASCII).
 * @returns an unsigned 32-bit integer
 */
export function fnv32a(text: string): number {
  let hash = FNV_OFFSET_BASIS;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  }
  return hash >>> 0;
}

/**
 * The bucket of a unit, hash version 2 of GrowthBook's published SDK specification.
 * @returns one of 0, 0.0001, …, 0.9999
 */
export function bucketOf(seed: string, unit: string): number {
  return (fnv32a(String(fnv32a(seed + unit))) % BUCKETS) / BUCKETS;
}

/** Hash version 1 of the same specification, which namespaces use. @returns one of 0, 0.001, …, 0.999 */
export function namespaceBucketOf(namespace: string, unit: string): number {
  return (fnv32a(`${unit}__${namespace}`) % 1_000) / 1_000;
}
