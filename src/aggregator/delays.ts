/** How long an aggregator's background work waits, in milliseconds. */
export const DELAYS = {
  /** New data are judged and flushed this long after they arrive; what arrives meanwhile goes along. */
  first: 1_000,
  /** Harm must not wait for a database that fails: judging is tried again much sooner than flushing. */
  maximumReflex: 5_000,
  maximumFlush: 60_000,
  /** How long an alarm waits for its flush. */
  flushTimeout: 1_000,
  /** How long a call waits for what earlier versions have counted elsewhere to be taken over. */
  mergeTimeout: 5_000,
} as const;
