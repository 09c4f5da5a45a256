/** How often something happened, of how many runs it could have. */
export type Count = readonly [hits: number, trials: number];
export type Tally = Record<string, Count>;

/** What one run says about each question, whether at one look or at all. */
export class RunRecord {
  readonly #answers = new Map<string, boolean>();

  /** Answered once, at the end. */
  once(question: string, answer: boolean): void {
    this.#answers.set(question, answer);
  }

  /** Yes, if it was at any look. */
  ever(question: string, happened: boolean): void {
    this.#answers.set(question, (this.#answers.get(question) ?? false) || happened);
  }

  /** Yes, if it was at every look. */
  always(question: string, held: boolean): void {
    this.#answers.set(question, (this.#answers.get(question) ?? true) && held);
  }

  addTo(tally: Tally): void {
    for (const [question, answer] of this.#answers) {
      const [hits, trials] = tally[question] ?? [0, 0];
      tally[question] = [hits + (answer ? 1 : 0), trials + 1];
    }
  }
}

/** The counts of two sets of runs together. */
export function mergeTallies(a: Tally, b: Tally): Tally {
  const merged = { ...a };
  for (const [question, [hits, trials]] of Object.entries(b)) {
    const [otherHits, otherTrials] = merged[question] ?? [0, 0];
    merged[question] = [hits + otherHits, trials + otherTrials];
  }
  return merged;
}
