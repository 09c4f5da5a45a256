import { setTimeout as pause } from "node:timers/promises";

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
