/** Long enough for open requests and the aggregators' writes. */
const PATIENCE_MILLISECONDS = 10_000;

/** Ends the process on Ctrl-C or a polite kill, after everything it started has ended. */
export function stopOnSignal(stop: () => Promise<void>): void {
  const end = async (): Promise<void> => {
    setTimeout(() => process.exit(1), PATIENCE_MILLISECONDS).unref();
    await stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, end);
}

/** Ends the process with the reason alone: to somebody at a terminal a stack trace is noise. */
export function exitWithMessage(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
