import { keyedHash } from "./keyed-hash.ts";

/** Units whose hashes an isolate remembers: the newest so many, and as many before them. */
const UNITS_PER_GENERATION = 10_000;

class RememberedHashes {
  readonly unitKey: string;
  readonly #hash: (unit: string) => string;
  #newer = new Map<string, string>();
  #older = new Map<string, string>();

  constructor(unitKey: string) {
    this.unitKey = unitKey;
    this.#hash = keyedHash(unitKey);
  }

  of(unit: string): string {
    const known = this.#newer.get(unit) ?? this.#older.get(unit);
    if (known !== undefined) return known;
    const hash = this.#hash(unit);
    if (this.#newer.size >= UNITS_PER_GENERATION) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(unit, hash);
    return hash;
  }
}

let remembered: RememberedHashes | undefined;

/**
 * The only form in which a unit is ever stored: 128 bits of HMAC-SHA-256 under the installation's secret, so that neither the
 * database nor its exports reveal who took part, and no two units of an installation ever meet.
 * @returns 22 characters of base64url
 */
export function hashUnit(unitKey: string, unit: string): string {
  if (remembered?.unitKey !== unitKey) remembered = new RememberedHashes(unitKey);
  return remembered.of(unit);
}
