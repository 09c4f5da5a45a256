import type { ObservedEntry } from "#ledger/log-entry.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { MAXIMUM_SEGMENT_VALUES, MAXIMUM_SEGMENTS, type SegmentValue } from "#model/analysis/segments.ts";
import type { Databases } from "#store/database.ts";
import { readRemaining } from "./erased.ts";
import { rebuildGroups } from "./groups.ts";
import type { LogCheckpoint, ReplayableExperiment } from "./read.ts";

/** No JSON text, so that no value can be mistaken for it. */
const OTHER = "other";

export interface SegmentTotals {
  /** The most frequent values, by number of events. */
  segments: { value: SegmentValue; phases: ExperimentTotals[] }[];
  other: { values: number; units: number; events: number };
  eventsWithoutProperty: number;
}

function propertyOf(entry: ObservedEntry, property: string): SegmentValue | undefined {
  if (entry.kind !== "outcome" || !entry.properties || !Object.hasOwn(entry.properties, property))
    return undefined;
  return entry.properties[property];
}

function unitsOf(totals: ExperimentTotals): number {
  return Object.values(totals.variants).reduce((sum, { units }) => sum + units, 0);
}

/**
 * Breaks an experiment's log down by the values of an event property, in two readings: the first one counts, the second
 * one rebuilds the totals of the most frequent values.
 * @returns undefined when the property has too many values to be a segment
 */
export async function readSegmentTotals(
  databases: Databases,
  experiment: ReplayableExperiment,
  checkpoint: LogCheckpoint,
  property: string,
): Promise<SegmentTotals | undefined> {
  const counts = new Map<string, { value: SegmentValue; events: number }>();
  let eventsWithoutProperty = 0;
  for await (const entry of readRemaining(databases, experiment, checkpoint)) {
    const value = propertyOf(entry, property);
    if (value === undefined) {
      if (entry.kind === "outcome") eventsWithoutProperty += 1;
      continue;
    }
    const key = JSON.stringify(value);
    counts.set(key, { value, events: (counts.get(key)?.events ?? 0) + 1 });
    if (counts.size > MAXIMUM_SEGMENT_VALUES) return undefined;
  }
  const byFrequency = [...counts].sort(
    ([a, { events: left }], [b, { events: right }]) => right - left || (a < b ? -1 : 1),
  );
  const frequent = byFrequency.slice(0, MAXIMUM_SEGMENTS);
  const frequentKeys = new Set(frequent.map(([key]) => key));
  const groups = await rebuildGroups(databases, experiment, checkpoint, (entry) => {
    const value = propertyOf(entry, property);
    if (value === undefined) return undefined;
    const key = JSON.stringify(value);
    return frequentKeys.has(key) ? key : OTHER;
  });
  const other = groups.get(OTHER) ?? [];
  return {
    segments: frequent.flatMap(([key, { value }]) => {
      const phases = groups.get(key);
      return phases ? [{ value, phases }] : [];
    }),
    other: {
      values: byFrequency.length - frequent.length,
      units: other.reduce((sum, totals) => sum + unitsOf(totals), 0),
      events: other.reduce((sum, { events }) => sum + events, 0),
    },
    eventsWithoutProperty,
  };
}
