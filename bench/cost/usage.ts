import type { Counts } from "./counts.ts";

/** What some traffic has cost an installation. */
export interface Usage {
  counts: Counts;
  /** Rows that Durable Objects have written, by the kind of statement. */
  writes: Record<string, number>;
  processorMilliseconds: number;
  /** Bytes that are stored from then on. */
  databaseBytes: number;
  objectBytes: number;
}

/** Combines every number of two usages. */
function combine(one: Usage, other: Usage, merge: (first: number, second: number) => number): Usage {
  const counts = { ...one.counts };
  for (const [name, value] of Object.entries(one.counts))
    Object.assign(counts, { [name]: merge(value, Object(other.counts)[name]) });
  const writes = Object.entries(one.writes).map(([kind, rows]) => [
    kind,
    merge(rows, other.writes[kind] ?? 0),
  ]);
  return {
    counts,
    writes: Object.fromEntries(writes),
    processorMilliseconds: merge(one.processorMilliseconds, other.processorMilliseconds),
    databaseBytes: merge(one.databaseBytes, other.databaseBytes),
    objectBytes: merge(one.objectBytes, other.objectBytes),
  };
}

/** What was used since an earlier moment. */
export const differenceOf = (after: Usage, before: Usage): Usage =>
  combine(after, before, (later, earlier) => later - earlier);

/** The usage of so many times the traffic. */
export const scaled = (usage: Usage, factor: number): Usage =>
  combine(usage, usage, (value) => value * factor);
