/**
 * What `npm run bench -- cost` has counted, taken apart by what causes it, for an experiment with two variants and six
 * metrics. `bench/scale.ts` computes with it and compares the result with the newest count.
 */
export const OPERATIONS = {
  /** Every outcome of a unit that was not changed since the last flush. */
  unitRows: 1,
  /** Every row of the outbox: written, and deleted after the flush. One for each group of requests that came together. */
  outboxRows: 2,
  /** Every flush: parts of the totals, places in the log, the alarm, and the chunk in D1. */
  flushRows: 10 + 4.1 + 1 + 1,
  flushReadRows: 18,
  /** Judging harm reads the experiment, and its latest analysis if there is a new one, in one call. */
  judgmentQueries: 1,
  chunkQueries: 1,
  /** Entries in a chunk at most. */
  chunkEntries: 5_000,
  logBytes: 46,
  unitBytes: 92,
  /** Milliseconds from new data to the flush. */
  delay: 1_000,
  /** Milliseconds in which requests come together. */
  window: 2,
  /** Microseconds of processor time of one outcome in a batch of 100, intake and counting together. */
  eventMicroseconds: 50,
};

/** @see docs/scale.md for where they come from */
export const LIMITS = {
  /** Calls of one Durable Object that writes, a second. */
  objectRequests: 500,
  /** Queries of one D1 database a second, at a millisecond each. */
  databaseQueries: 1_000,
  databaseBytes: 10e9,
  objectBytes: 10e9,
  shards: 32,
};
