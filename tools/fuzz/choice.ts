import { randomNumbers } from "../random-numbers.ts";

/** Decisions that look random and are the same for the same number. */
export class Choice {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomNumbers(seed);
  }

  /** True this often: from 0 to 1. */
  happens(probability: number): boolean {
    return this.#next() < probability;
  }

  /** A whole number below a limit. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  from<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[this.below(values.length)] ?? values[0];
  }

  /** Of a list that may be empty. */
  among<Value>(values: readonly Value[]): Value | undefined {
    return values[this.below(values.length)];
  }
}
