import { setTimeout as pause } from "node:timers/promises";

/** How long a test waits for what takes a moment on an idle machine: only a fault should last longer, also on a busy one. */
export const PATIENCE_MILLISECONDS = 60_000;
const PAUSE_MILLISECONDS = 50;

/** Tries again until an attempt succeeds. @throws the last failure, when time is up */
export async function untilItWorks<Value>(
  attempt: () => Promise<Value>,
  patienceMilliseconds: number,
): Promise<Value> {
  const deadline = Date.now() + patienceMilliseconds;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await pause(PAUSE_MILLISECONDS);
  }
}
