/** How often something happened, of how many times it could have; or the sum of what was measured, and of its squares. */
export type Count = readonly [sum: number, trials: number, squares: number];
export type Tally = Record<string, Count>;

/** What one run says about each question, whether at one look or at all. */
export class RunRecord {
  readonly #answers = new Map<string, boolean>();
  readonly #measured = new Map<string, number>();

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

  /** A number instead of yes or no, whose mean over runs is asked for. */
  measure(question: string, value: number): void {
    this.#measured.set(question, value);
  }

  addTo(tally: Tally): void {
    const values = [
      ...[...this.#answers].map(([key, answer]) => [key, answer ? 1 : 0] as const),
      ...this.#measured,
    ];
    for (const [question, value] of values) {
      const [sum, trials, squares] = tally[question] ?? [0, 0, 0];
      tally[question] = [sum + value, trials + 1, squares + value ** 2];
    }
  }
}

/** The counts of two sets of runs together. */
export function mergeTallies(a: Tally, b: Tally): Tally {
  const merged = { ...a };
  for (const [question, [sum, trials, squares]] of Object.entries(b)) {
    const [otherSum, otherTrials, otherSquares] = merged[question] ?? [0, 0, 0];
    merged[question] = [sum + otherSum, trials + otherTrials, squares + otherSquares];
  }
  return merged;
}
