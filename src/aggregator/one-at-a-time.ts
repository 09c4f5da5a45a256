/**
 * Does the same work over and over, never twice at the same time. Whoever asks while it goes on waits for the next time, together
 * with all others who ask meanwhile: that one begins with everything that they have noted before.
 */
export class OneAtATime<Value> {
  readonly #work: () => Promise<Value>;
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<Value> | undefined;

  constructor(work: () => Promise<Value>) {
    this.#work = work;
  }

  run(): Promise<Value> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      const run = this.#work();
      this.#running = run.catch(() => undefined);
      return run;
    });
    return this.#next;
  }
}
