/** Four 32-bit words from a name, each from its own start, so that similar names share nothing. */
function wordsOf(name: string): [number, number, number, number] {
  const word = (start: number): number => {
    let hash = start;
    for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
    hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
    return (hash ^ (hash >>> 15)) >>> 0;
  };
  return [word(0x811c9dc5), word(0x9e3779b9), word(0x85ebca6b), word(0xc2b2ae35)];
}

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/**
 * Random numbers that a name determines: the same stream on every machine, and another for every run.
 * @see Blackman, Vigna 2021, "Scrambled Linear Pseudorandom Number Generators" (xoshiro128**)
 */
export class Random {
  readonly #words: [number, number, number, number];
  #spare: number | undefined;

  constructor(name: string) {
    this.#words = wordsOf(name);
    // The first numbers still resemble the name.
    for (let skipped = 0; skipped < 16; skipped++) this.#word();
  }

  #word(): number {
    const words = this.#words;
    const result = Math.imul(rotate(Math.imul(words[1], 5), 7), 9) >>> 0;
    const shifted = words[1] << 9;
    words[2] ^= words[0];
    words[3] ^= words[1];
    words[1] ^= words[2];
    words[0] ^= words[3];
    words[2] ^= shifted;
    words[3] = rotate(words[3], 11);
    return result;
  }

  /** In (0, 1), with 53 bits. */
  uniform(): number {
    return ((this.#word() >>> 5) * 2 ** 26 + (this.#word() >>> 6) + 0.5) / 2 ** 53;
  }

  /** Standard normal. @see Marsaglia 1964, the polar method */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const [a, b] = [2 * this.uniform() - 1, 2 * this.uniform() - 1];
      const square = a * a + b * b;
      if (square >= 1) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = b * factor;
      return a * factor;
    }
  }

  /** @param shape > 0. @see Marsaglia, Tsang 2000, "A Simple Method for Generating Gamma Variables" */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * this.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = this.normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(this.uniform()) < (x * x) / 2 + d * (1 - v + Math.log(v))) return d * v;
    }
  }

  beta(a: number, b: number): number {
    const [first, second] = [this.gamma(a), this.gamma(b)];
    return first / (first + second);
  }
}
