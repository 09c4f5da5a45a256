import { describeFailure } from "./describe-failure.ts";

/** Longer than open requests may take. */
const PATIENCE_MILLISECONDS = 10_000;

const PARENT_CHECK_MILLISECONDS = 500;

/** Read at once: it may be gone before the server has started. */
const PARENT = process.ppid;

/** A process that has lost its parent belongs to the first process of the system, or to one that adopts orphans. */
function onceOrphaned(act: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === PARENT) return;
    clearInterval(timer);
    act();
  }, PARENT_CHECK_MILLISECONDS);
  timer.unref();
}

/** Ends the process on Ctrl-C or a polite kill, after everything it started has ended. Again, it ends at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let isEnding = false;
  const end = async (): Promise<void> => {
    if (isEnding) process.exit(1);
    isEnding = true;
    setTimeout(() => process.exit(1), PATIENCE_MILLISECONDS).unref();
    await stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const others = process.listeners(signal);
    process.on(signal, () => void end());
    // Miniflare's own listeners end the process at once. Without any listener for a moment, Node would lose a signal that
    // has come while the server started.
    for (const other of others) process.off(signal, other);
  }
  // npm hands a signal to the shell that it starts, which dies of it and tells nobody.
  if (process.env.npm_lifecycle_event) onceOrphaned(() => void end());
}

/** Does something at the start of a program; where that fails, the program ends with the reason. */
export async function orExit<Value>(act: () => Promise<Value>): Promise<Value> {
  try {
    return await act();
  } catch (cause) {
    return exitWithMessage(cause);
  }
}

/** Ends the process with the reason alone: to somebody at a terminal a stack trace is noise. */
export function exitWithMessage(error: unknown): never {
  console.error(describeFailure(error));
  process.exit(1);
}
