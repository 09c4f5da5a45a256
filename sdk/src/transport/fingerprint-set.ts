/** Two hashes of 32 bits, of all that has been read so far. */
export interface Fingerprint {
  readonly first: number;
  readonly second: number;
}

const START: Fingerprint = { first: 0xdeadbeef | 0, second: 0x41c6ce57 | 0 };

/** No code unit: a text that ends in zeros is another one. */
const NOTHING = 0x10000;

/** As cyrb53 has them. */
const FIRST_PRIME = 2_654_435_761;
const SECOND_PRIME = 1_597_334_677;

/** Texts that have been met, each known by 32 bits and its place among the others: it keeps no text alive. */
export interface FingerprintSet {
  /**
   * Adds a text to a group.
   * @param group `fingerprintOf` the group's name
   * @returns whether it was not there; of 10^9 new ones about one is taken for a known one
   */
  add(group: Fingerprint, text: string): boolean;
}

/**
 * Reads two UTF-16 code units at a time: multiplying carries bits upwards only, so each is the lower one for one hash.
 * @param before what the text comes after
 */
export function fingerprintOf(text: string, before: Fingerprint = START): Fingerprint {
  let { first, second } = before;
  for (let index = 0; index < text.length; index += 2) {
    const code = text.charCodeAt(index);
    const next = index + 1 < text.length ? text.charCodeAt(index + 1) : NOTHING;
    first = Math.imul(first ^ code ^ (next << 16), FIRST_PRIME);
    second = Math.imul(second ^ next ^ (code << 16), SECOND_PRIME);
  }
  return { first, second };
}

/** Where a table holds a mark, or else the empty place that it belongs in. */
function placeOf(table: Int32Array, start: number, mark: number): number {
  const last = table.length - 1;
  let place = start & last;
  while (table[place] !== mark && table[place] !== 0) place = (place + 1) & last;
  return place;
}

/**
 * A set that holds the newest `capacity` texts at least, and up to as many before them: it forgets in generations.
 * @param capacity a power of two
 */
export function createFingerprintSet(capacity: number): FingerprintSet {
  const places = 2 * capacity;
  let recent = new Int32Array(places);
  let older = new Int32Array(places);
  let size = 0;

  return {
    add(group, text) {
      const { first, second } = fingerprintOf(text, group);
      const start = second ^ (second >>> 15);
      const mark = first ^ (first >>> 16) ^ Math.imul(second, FIRST_PRIME) || 1;
      const place = placeOf(recent, start, mark);
      if (recent[place] === mark) return false;
      const isNew = older[placeOf(older, start, mark)] !== mark;
      recent[place] = mark;
      size += 1;
      if (size === capacity) {
        older = recent;
        recent = new Int32Array(places);
        size = 0;
      }
      return isNew;
    },
  };
}
