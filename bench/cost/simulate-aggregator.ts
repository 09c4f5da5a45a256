import { OPERATIONS } from "./operations.ts";

/** What one aggregator does in a second on average. */
export interface Aggregated {
  flushes: number;
  chunks: number;
  rowsWritten: number;
}

const SECONDS = 2_000;
const MOST_CALLS = 100_000;

/**
 * Lets calls reach one aggregator and counts its groups and flushes. Every outcome is of another unit.
 * @param calls a second
 * @param isRegular at equal distances, otherwise at random
 */
export function simulateAggregator({
  calls,
  eventsOfCall,
  isRegular = false,
}: {
  calls: number;
  eventsOfCall: number;
  isRegular?: boolean;
}): Aggregated {
  const seconds = Math.min(SECONDS, MOST_CALLS / calls);
  const until = seconds * 1_000;
  let [groups, flushes, chunks, waiting, total] = [0, 0, 0, 0, 0];
  let groupEnd = Number.NEGATIVE_INFINITY;
  let alarm = Number.POSITIVE_INFINITY;
  const flush = () => {
    flushes += 1;
    chunks += Math.max(1, Math.ceil(waiting / OPERATIONS.chunkEntries));
    waiting = 0;
    alarm = Number.POSITIVE_INFINITY;
  };
  const gap = () => (isRegular ? 1 : -Math.log(1 - Math.random())) * (1_000 / calls);
  for (let at = gap(); at < until; at += gap()) {
    if (at >= alarm) flush();
    if (at > groupEnd) {
      groups += 1;
      groupEnd = at + OPERATIONS.window;
    }
    waiting += eventsOfCall;
    total += eventsOfCall;
    alarm = Math.min(alarm, at + OPERATIONS.delay);
  }
  if (waiting > 0) flush();
  const { unitRows, outboxRows, flushRows } = OPERATIONS;
  return {
    flushes: flushes / seconds,
    chunks: chunks / seconds,
    rowsWritten: (total * unitRows + groups * outboxRows + flushes * flushRows + chunks - flushes) / seconds,
  };
}
