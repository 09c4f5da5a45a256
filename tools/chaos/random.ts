import { randomNumbers } from "../random-numbers.ts";

/** Choices that are the same in every run with one seed. */
export class Choices {
  readonly number: () => number;

  constructor(seed: number) {
    this.number = randomNumbers(seed);
  }

  /** A whole number from 0 to below a limit. */
  below(limit: number): number {
    return Math.floor(this.number() * limit);
  }

  between(least: number, most: number): number {
    return least + this.number() * (most - least);
  }

  happens(chance: number): boolean {
    return this.number() < chance;
  }

  /** @throws when there is nothing to choose from */
  from<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("there is nothing to choose from");
    return item;
  }
}
