const FNV_OFFSET_BASIS = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** Number of buckets that units are spread over. */
const BUCKETS = 10_000;
const NAMESPACE_BUCKETS = 1_000;

/**
 * The state of FNV-1a, 32 bits, after the UTF-16 code units of a text (not its UTF-8 bytes: the two differ beyond ASCII).
 * Hashing goes on from it: what always comes first is hashed once.
 * @param state after what comes before the text
 * @returns a signed 32-bit integer
 */
export function hashStateAfter(text: string, state: number = FNV_OFFSET_BASIS): number {
  let hash = state;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  }
  return hash;
}

/** FNV-1a, 32 bits, of a text. @returns an unsigned 32-bit integer */
export function fnv32a(text: string): number {
  return hashStateAfter(text) >>> 0;
}

const CODE_OF_ZERO = 48;

function stateAfterDigit(state: number, digit: number): number {
  return Math.imul(state ^ (CODE_OF_ZERO + digit), FNV_PRIME);
}

const MILLION = 1_000_000;

/** The states after every number of millions that 32 bits hold, 0 to 4,294. */
function statesAfterMillions(): Int32Array {
  const states = new Int32Array(4_295);
  for (let millions = 0; millions < states.length; millions++) {
    const before = millions < 10 ? undefined : states[Math.floor(millions / 10)];
    states[millions] = stateAfterDigit(before ?? FNV_OFFSET_BASIS, millions % 10);
  }
  return states;
}

const AFTER_MILLIONS = statesAfterMillions();

/**
 * fnv32a of a number's decimal digits, without making them a string.
 * @param bits 32 bits; the number is what they are without a sign
 */
export function fnv32aOfDigits(bits: number): number {
  // Every conversion here tells the compiler what it has: it divides integers several times faster than other numbers.
  const number = bits >>> 0;
  // One number in 4,295.
  if (number < MILLION) return hashStateAfter(String(number)) >>> 0;
  const rest = (number % MILLION) | 0;
  let state = AFTER_MILLIONS[(number / MILLION) | 0] ?? 0;
  state = stateAfterDigit(state, (rest / 100_000) | 0);
  state = stateAfterDigit(state, ((rest / 10_000) | 0) % 10);
  state = stateAfterDigit(state, ((rest / 1_000) | 0) % 10);
  state = stateAfterDigit(state, ((rest / 100) | 0) % 10);
  state = stateAfterDigit(state, ((rest / 10) | 0) % 10);
  return stateAfterDigit(state, rest % 10) >>> 0;
}

/**
 * The bucket of a unit, hash version 2 of GrowthBook's published SDK specification.
 * @param seedState `hashStateAfter(seed)`
 * @returns one of 0, 0.0001, …, 0.9999
 */
export function bucketOf(seedState: number, unit: string): number {
  return (fnv32aOfDigits(hashStateAfter(unit, seedState)) % BUCKETS) / BUCKETS;
}

/**
 * Hash version 1 of the same specification, which namespaces use.
 * @param suffix `__` and the namespace's name
 * @returns one of 0, 0.001, …, 0.999
 */
export function namespaceBucketOf(suffix: string, unit: string): number {
  return ((hashStateAfter(suffix, hashStateAfter(unit)) >>> 0) % NAMESPACE_BUCKETS) / NAMESPACE_BUCKETS;
}
