const KEPT_STEPS = 200;

/** What a run has done, and what it has found. */
export class Journal {
  readonly faults: string[] = [];
  readonly counts = new Map<string, number>();
  readonly #steps: string[] = [];
  readonly #began = Date.now();

  /** The last steps, oldest first. */
  get steps(): readonly string[] {
    return this.#steps;
  }

  step(text: string): void {
    const seconds = ((Date.now() - this.#began) / 1_000).toFixed(2);
    this.#steps.push(`${seconds.padStart(9)} ${text}`);
    if (this.#steps.length > KEPT_STEPS) this.#steps.shift();
  }

  count(what: string, number = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + number);
  }

  fault(text: string): void {
    this.step(`FAULT ${text}`);
    this.faults.push(text);
  }
}
