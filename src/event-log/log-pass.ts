import type { LogEntry } from "#ledger/log-entry.ts";

/**
 * One reading of a part of the log, entry by entry. It may be interrupted wherever its units are written, and gone on with from
 * what `state` said then.
 */
export interface LogPass {
  /**
   * Makes available what is kept of these entries' units.
   * @returns false where that is too much at once: then `write`, and load fewer entries. A single one is never too much
   */
  load(entries: readonly LogEntry[]): boolean;
  /** Counts an entry that was loaded. */
  apply(entry: LogEntry): void;
  /** Whether so much is in memory that it is time to `write`. */
  readonly isFull: boolean;
  /** Whether nothing that follows can change what it has found. */
  readonly isOver: boolean;
  /** Stores its units, and forgets them. */
  write(): void;
  /** What else it goes on from, as JSON. */
  state(): unknown;
}

/**
 * Counts entries, as many at once as memory holds.
 * @param write writes the pass's units, and is told how many of the entries have been counted by then
 */
export function applyWithin(
  pass: Pick<LogPass, "load" | "apply" | "isFull">,
  entries: readonly LogEntry[],
  write: (applied: number) => void,
  applied = 0,
): void {
  if (entries.length === 0) return;
  if (pass.load(entries)) {
    for (const entry of entries) pass.apply(entry);
    if (pass.isFull) write(applied + entries.length);
    return;
  }
  write(applied);
  const middle = Math.ceil(entries.length / 2);
  applyWithin(pass, entries.slice(0, middle), write, applied);
  applyWithin(pass, entries.slice(middle), write, applied + middle);
}
