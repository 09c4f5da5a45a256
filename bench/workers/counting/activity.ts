import { AsyncLocalStorage } from "node:async_hooks";
import { counts } from "./counts.ts";

/** Adds up the time in which at least one of several things is going on. */
class Stretch {
  readonly #add: (seconds: number) => void;
  #open = 0;
  #since = 0;

  constructor(add: (seconds: number) => void) {
    this.#add = add;
  }

  enter(): void {
    if (this.#open++ === 0) this.#since = performance.now();
  }

  leave(): void {
    if (--this.#open === 0) this.#add((performance.now() - this.#since) / 1_000);
  }
}

/** What keeps one Durable Object in memory. */
export class Activity {
  readonly #active = new Stretch((seconds) => {
    counts.objectActiveSeconds += seconds;
  });
  readonly #alive = new Stretch((seconds) => {
    counts.objectAliveSeconds += seconds;
  });

  /** Does the work of a call or an alarm. */
  async during<Value>(work: () => Value): Promise<Awaited<Value>> {
    this.#active.enter();
    try {
      return await activities.run(this, () => this.keepAlive(work));
    } finally {
      this.#active.leave();
    }
  }

  async keepAlive<Value>(work: () => Value): Promise<Awaited<Value>> {
    this.#alive.enter();
    try {
      return await work();
    } finally {
      this.#alive.leave();
    }
  }

  /** @returns what ends it */
  hold(): () => void {
    this.#alive.enter();
    let isHeld = true;
    return () => {
      if (isHeld) this.#alive.leave();
      isHeld = false;
    };
  }
}

const activities = new AsyncLocalStorage<Activity>();

const releases = new Map<unknown, () => void>();

/** Timers of Durable Objects keep them alive until they are over. */
export function watchTimers(): void {
  const { setTimeout: start, clearTimeout: clear } = globalThis;
  Object.assign(globalThis, {
    setTimeout: (callback: (...parameters: unknown[]) => void, delay?: number, ...parameters: unknown[]) => {
      const release = activities.getStore()?.hold();
      const timer: unknown = start(() => {
        releases.delete(timer);
        try {
          callback(...parameters);
        } finally {
          release?.();
        }
      }, delay);
      if (release) releases.set(timer, release);
      return timer;
    },
    clearTimeout: (timer: number | null) => {
      releases.get(timer)?.();
      releases.delete(timer);
      clear(timer);
    },
  });
}
