import { log } from "#shared/log.ts";

/** When one kind of work is due: soon after it is asked for, and later and later while it fails. Times are epoch milliseconds. */
export class RetrySchedule {
  readonly #delay: number;
  readonly #maximumDelay: number;
  #dueAt = Number.POSITIVE_INFINITY;
  #failures = 0;
  #isRunning = false;
  /** When the work was asked for while it was being done. */
  #requestedAt: number | undefined;

  /** @param delay from a request to the work, and from the first failure to the next try; doubles with every failure */
  constructor(delay: number, maximumDelay: number) {
    this.#delay = delay;
    this.#maximumDelay = maximumDelay;
  }

  /** Infinity while nothing is asked for, and while the work is being done. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Whether the work is asked for or being done. */
  get isScheduled(): boolean {
    return this.#isRunning || this.#dueAt < Number.POSITIVE_INFINITY;
  }

  isDue(now: number): boolean {
    return this.#dueAt <= now;
  }

  /** Asks for the work. What is due already, or waits after a failure, stays as it is. */
  request(now: number): void {
    if (this.#isRunning) this.#requestedAt ??= now;
    else if (!this.isScheduled) this.#dueAt = now + this.#delay;
  }

  /** Does what is due. What fails, or asks for it, or is asked for meanwhile, is due again. Work that goes on is not begun twice. */
  async attempt(work: () => Promise<"done" | "again">): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#requestedAt = undefined;
    try {
      if ((await work()) === "again") this.#requestedAt ??= Date.now();
      this.#failures = 0;
      if (this.#requestedAt !== undefined) this.#dueAt = this.#requestedAt + this.#delay;
    } catch (cause) {
      log("error", "the alarm's work failed", { cause });
      this.#dueAt = Date.now() + Math.min(this.#maximumDelay, this.#delay * 2 ** this.#failures);
      this.#failures += 1;
    } finally {
      this.#isRunning = false;
    }
  }
}
