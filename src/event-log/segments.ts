import type { ObservedEntry } from "#ledger/log-entry.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { MAXIMUM_SEGMENTS, type Segmentation, type SegmentValue } from "#model/analysis/segments.ts";
import type { GroupTotals } from "./groups.ts";
import { hasTooManyValues, type PropertyCounts, valueIn } from "./value-counts.ts";

/** No JSON text, so that no value can be mistaken for it. */
const OTHER = "other";

export interface SegmentTotals {
  /** The most frequent values, by number of events. */
  segments: { value: SegmentValue; phases: ExperimentTotals[] }[];
  other: { values: number; units: number; events: number };
  eventsWithoutProperty: number;
}

function unitsOf(totals: ExperimentTotals): number {
  return Object.values(totals.variants).reduce((sum, { units }) => sum + units, 0);
}

/** The values as JSON, the most frequent ones first. */
function byFrequency({ values }: PropertyCounts): { key: string; value: SegmentValue }[] {
  return values
    .map(({ value, events }) => ({ key: JSON.stringify(value), value, events }))
    .sort((a, b) => b.events - a.events || (a.key < b.key ? -1 : 1));
}

/** Which segment an entry is in: one of the most frequent values, or all others together. */
export function segmentOf(
  segmentation: Segmentation,
  counts: PropertyCounts,
): (entry: ObservedEntry) => string | undefined {
  const frequent = new Set(
    byFrequency(counts)
      .slice(0, MAXIMUM_SEGMENTS)
      .map(({ key }) => key),
  );
  return (entry) => {
    const value = valueIn(entry, segmentation);
    if (value === undefined) return undefined;
    const key = JSON.stringify(value);
    return frequent.has(key) ? key : OTHER;
  };
}

/**
 * An experiment's log broken down by the values of an event property or of an attribute.
 * @param groups the totals of its segments
 * @returns undefined when the property has too many values to be a segment
 */
export function segmentTotals(counts: PropertyCounts, groups: GroupTotals): SegmentTotals | undefined {
  if (hasTooManyValues(counts.values.length)) return undefined;
  const totals = new Map(groups);
  const values = byFrequency(counts);
  const frequent = values.slice(0, MAXIMUM_SEGMENTS);
  const other = totals.get(OTHER) ?? [];
  return {
    segments: frequent.flatMap(({ key, value }) => {
      const phases = totals.get(key);
      return phases ? [{ value, phases }] : [];
    }),
    other: {
      values: values.length - frequent.length,
      units: other.reduce((sum, phase) => sum + unitsOf(phase), 0),
      events: other.reduce((sum, { events }) => sum + events, 0),
    },
    eventsWithoutProperty: counts.eventsWithoutProperty,
  };
}
