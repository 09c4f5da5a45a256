import { setTimeout as sleep } from "node:timers/promises";

const SECOND = 1_000;
const MINUTE = 60_000;

/** The schedule looks on the minute; guardrails, which look a second after data arrive, go first this way. */
const QUIET_BEFORE_THE_MINUTE = 3_000;

/** How long the replay takes, quiet seconds aside: long enough for the schedule to decide in the middle of it. */
export const REPLAY_SECONDS = 95;

/** One step a second, none in the last seconds of a minute. */
export async function* everySecond(steps: number): AsyncGenerator<number> {
  let next = Date.now();
  for (let step = 0; step < steps; step++) {
    const intoMinute = next % MINUTE;
    if (intoMinute > MINUTE - QUIET_BEFORE_THE_MINUTE) next += MINUTE - intoMinute;
    await sleep(Math.max(0, next - Date.now()));
    yield step;
    next = Math.max(next + SECOND, Date.now());
  }
}
