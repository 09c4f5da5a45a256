const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What Standard Webhooks suggests: three days in all. */
const DELAYS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

const LONGEST_DELAY = 24 * HOUR;

/** Receivers that come back at once do not get everything at once. */
const JITTER = 0.1;

/**
 * How long to wait before the next attempt, in milliseconds.
 * @param attempts that have failed, from 1
 * @param random from 0 to 1
 * @param askedForMilliseconds what the receiver asked for, by `Retry-After`; more than a day is a day
 * @returns undefined once there have been enough
 */
export function nextDelay(attempts: number, random: number, askedForMilliseconds = 0): number | undefined {
  const delay = DELAYS[attempts - 1];
  if (delay === undefined) return undefined;
  const jittered = Math.round(delay * (1 + JITTER * random));
  return Math.max(jittered, Math.min(askedForMilliseconds, LONGEST_DELAY));
}
