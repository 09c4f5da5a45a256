import { MAXIMUM_DATABASE_BYTES } from "#store/database.ts";

const DAY_MILLISECONDS = 86_400_000;

/** From so full a database on events move earlier, and at the other one at once. */
const CROWDED_SHARE = 0.7;
const FULL_SHARE = 0.9;

/** A shard's events wait for each other, so that the archive is not of many small objects: a tenth of their age, and so many days at most. */
const WAITING_SHARE = 0.1;
const MAXIMUM_WAITING_DAYS = 7;

/** Which events are old, by when they were received; epoch milliseconds. */
export interface Age {
  /** Those that were received until then may move. */
  until: number;
  /** They do once the oldest of a shard was received before this. */
  from: number;
}

/**
 * Which events are to move into the archive: the fuller the log's database is, the younger ones too.
 * @param days how long they stay; undefined to move none
 * @param logBytes the size of the log's database
 * @param now epoch milliseconds
 */
export function ageOf(days: number | undefined, logBytes: number, now: number): Age {
  if (days === undefined) return { until: Number.NEGATIVE_INFINITY, from: Number.NEGATIVE_INFINITY };
  const room = (FULL_SHARE - logBytes / MAXIMUM_DATABASE_BYTES) / (FULL_SHARE - CROWDED_SHARE);
  const keptDays = days * Math.min(1, Math.max(0, room));
  const until = now - keptDays * DAY_MILLISECONDS;
  const waitingDays = Math.min(MAXIMUM_WAITING_DAYS, keptDays * WAITING_SHARE);
  return { until, from: until - waitingDays * DAY_MILLISECONDS };
}
