import type { LogEntry, ObservedEntry } from "#ledger/log-entry.ts";

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
