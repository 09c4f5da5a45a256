import type { AuditEntry } from "#contract/audit.ts";
import type { DecisionRecord } from "#model/analysis/decision.ts";

/** Looks in a row that came to the same decision for the same reason. */
export interface FoldedDecision {
  kind: "decision";
  /** The newest of them. */
  latest: DecisionRecord;
  /** How many there were by the schedule and by the guardrail watch. */
  looks: { cron: number; guardrail: number };
  /** When the oldest of them was taken. */
  since: number;
  /** When the newest of them was taken whose inputs are on record; undefined where none are. */
  recordedAt: number | undefined;
}

/** Something that a person, or the schedule in a person's stead, did to the experiment. */
export interface TimelineAct {
  kind: "act";
  entry: AuditEntry;
}

export type TimelineEntry = FoldedDecision | TimelineAct;

function isSame(a: DecisionRecord, b: DecisionRecord): boolean {
  return (
    a.decision.action === b.decision.action &&
    a.decision.variant === b.decision.variant &&
    a.decision.reason.code === b.decision.reason.code
  );
}

const timeOf = (record: DecisionRecord | AuditEntry) => ("takenAt" in record ? record.takenAt : record.at);

/**
 * Decisions and acts in time order, newest first. Equal decisions in a row become one entry: what matters is when a
 * decision changed. An act in between parts them.
 */
export function foldTimeline(
  decisions: readonly DecisionRecord[],
  acts: readonly AuditEntry[],
): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  for (const record of [...acts, ...decisions].toSorted((a, b) => timeOf(b) - timeOf(a))) {
    if (!("takenAt" in record)) {
      entries.push({ kind: "act", entry: record });
      continue;
    }
    const last = entries.at(-1);
    if (last?.kind === "decision" && isSame(last.latest, record)) {
      last.looks[record.source] += 1;
      last.since = record.takenAt;
      last.recordedAt ??= record.isRecorded ? record.takenAt : undefined;
    } else {
      const looks = { cron: 0, guardrail: 0 };
      looks[record.source] += 1;
      const recordedAt = record.isRecorded ? record.takenAt : undefined;
      entries.push({ kind: "decision", latest: record, looks, since: record.takenAt, recordedAt });
    }
  }
  return entries;
}
