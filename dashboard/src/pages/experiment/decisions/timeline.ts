import type { DecisionRecord } from "../../../../src/model/decision.ts";

/** Looks in a row that came to the same decision for the same reason. */
export interface TimelineEntry {
  /** The newest of them. */
  latest: DecisionRecord;
  looks: number;
  /** When the oldest of them was taken. */
  since: number;
}

function isSame(a: DecisionRecord, b: DecisionRecord): boolean {
  return (
    a.decision.action === b.decision.action &&
    a.decision.variant === b.decision.variant &&
    a.decision.reason.code === b.decision.reason.code
  );
}

/** Folds equal decisions in a row into one entry, newest first: what matters is when a decision changed. */
export function foldTimeline(decisions: readonly DecisionRecord[]): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  for (const record of decisions.toSorted((a, b) => b.takenAt - a.takenAt)) {
    const last = entries.at(-1);
    if (last && isSame(last.latest, record)) {
      last.looks += 1;
      last.since = record.takenAt;
    } else {
      entries.push({ latest: record, looks: 1, since: record.takenAt });
    }
  }
  return entries;
}
