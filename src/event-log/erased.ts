import type { LogEntry, ObservedEntry } from "#ledger/log-entry.ts";
import type { Databases } from "#store/database.ts";
import { type LogCheckpoint, type ReplayableExperiment, readEntries } from "./read.ts";

/** How often each unit is erased in what is read. */
class Erasures {
  readonly #left = new Map<string, number>();

  note({ kind, unit }: LogEntry): void {
    if (kind === "erasure") this.#left.set(unit, (this.#left.get(unit) ?? 0) + 1);
  }

  /** Whether an entry remains, when what was noted is read again in the same order. */
  leaves(entry: LogEntry): entry is ObservedEntry {
    const left = this.#left.get(entry.unit) ?? 0;
    if (entry.kind !== "erasure") return left === 0;
    this.#left.set(entry.unit, left - 1);
    return false;
  }
}

/** Those entries that no later one erases. @param entries in the order of their recording */
export function withoutErased(entries: readonly LogEntry[]): ObservedEntry[] {
  const erasures = new Erasures();
  for (const entry of entries) erasures.note(entry);
  return entries.filter((entry) => erasures.leaves(entry));
}

/**
 * Streams every entry of an experiment's log up to a cut that no later one erases: for what is counted entry by entry, and not
 * by a ledger. The log is read twice where a unit was erased.
 */
export async function* readRemaining(
  databases: Databases,
  experiment: ReplayableExperiment,
  checkpoint: LogCheckpoint,
): AsyncGenerator<ObservedEntry> {
  const erasures = new Erasures();
  if (checkpoint.phases.some(({ erasedUnits }) => erasedUnits > 0))
    for await (const entry of readEntries(databases, experiment, checkpoint)) erasures.note(entry);
  for await (const entry of readEntries(databases, experiment, checkpoint))
    if (erasures.leaves(entry)) yield entry;
}
