/**
 * Names that were added lately: the newest, and between none and as many again before them. Forgetting them by halves costs
 * nothing for each.
 */
export class RecentNames {
  readonly #capacity: number;
  #newer = new Set<string>();
  #older = new Set<string>();

  /** @param capacity how many of the newest are surely remembered */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(name: string): boolean {
    return this.#newer.has(name) || this.#older.has(name);
  }

  add(name: string): void {
    if (this.#newer.size >= this.#capacity) {
      this.#older = this.#newer;
      this.#newer = new Set();
    }
    this.#newer.add(name);
  }

  delete(name: string): void {
    this.#newer.delete(name);
    this.#older.delete(name);
  }

  clear(): void {
    this.#newer.clear();
    this.#older.clear();
  }
}
