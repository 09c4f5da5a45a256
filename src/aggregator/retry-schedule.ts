import { log } from "#shared/log.ts";

/** When one kind of work is due: soon after it is asked for, and later and later while it fails. Times are epoch milliseconds. */
export class RetrySchedule {
  readonly #delay: number;
  readonly #maximumDelay: number;
  #dueAt = Number.POSITIVE_INFINITY;
  #failures = 0;

  /** @param delay from a request to the work, and from the first failure to the next try; doubles with every failure */
  constructor(delay: number, maximumDelay: number) {
    this.#delay = delay;
    this.#maximumDelay = maximumDelay;
  }

  /** Infinity while nothing is asked for. */
  get dueAt(): number {
    return this.#dueAt;
  }

  get isScheduled(): boolean {
    return this.#dueAt < Number.POSITIVE_INFINITY;
  }

  isDue(now: number): boolean {
    return this.#dueAt <= now;
  }

  /** Asks for the work. What is due already, or waits after a failure, stays as it is. */
  request(now: number): void {
    if (!this.isScheduled) this.#dueAt = now + this.#delay;
  }

  /** The work begins: what is asked for from now on is asked for anew. */
  begin(): void {
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  succeed(): void {
    this.#failures = 0;
  }

  retry(now: number): void {
    this.#dueAt = now + Math.min(this.#maximumDelay, this.#delay * 2 ** this.#failures);
    this.#failures += 1;
  }

  /** Does what is due. What fails, or asks for it, is due again. */
  async attempt(work: () => Promise<"done" | "again">): Promise<void> {
    this.begin();
    try {
      if ((await work()) === "again") this.request(Date.now());
      this.succeed();
    } catch (cause) {
      log("error", "the alarm's work failed", { cause });
      this.retry(Date.now());
    }
  }
}
