import { Failure } from "./failure.ts";
import { read } from "./read.ts";

type Timer = ReturnType<typeof setTimeout>;

/** A timer that keeps no Node process alive. */
export function inBackground(milliseconds: number, work: () => void): Timer {
  const timer = setTimeout(work, milliseconds);
  const unref = read(timer, "unref");
  if (typeof unref === "function") unref.call(timer);
  return timer;
}

/** Waits for the work or for the time, whichever is first; never throws. Somebody awaits this: the process stays alive. */
export async function pause(milliseconds: number, work?: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined;
  const time = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([time, work ?? time]).catch(() => {});
  clearTimeout(timer);
}

/**
 * Gives some work this long, and aborts it then.
 * @throws Failure `timeout`
 */
export function within<Value>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const timer = inBackground(milliseconds, () => {
      reject(new Failure("timeout", `no answer within ${milliseconds} ms`));
      controller.abort();
    });
    work(controller.signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
