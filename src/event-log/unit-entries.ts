import type { UnitHistory } from "#contract/unit-history.ts";
import type { LogEntry, ObservedEntry } from "#ledger/log-entry.ts";
import type { LogPass } from "./log-pass.ts";

/** More of one unit are counted, but not told. */
const MAXIMUM_ENTRIES = 500;

/** What was found so far. */
export type FoundEntries = Pick<UnitHistory, "entries" | "total">;

function toEntry(entry: ObservedEntry): UnitHistory["entries"][number] {
  const { kind, variant, phase = 0, at: occurredAt, receivedAt = null, isReturning = false } = entry;
  const common = { kind, variant, phase, occurredAt, receivedAt, isReturning };
  if (entry.kind === "exposure") {
    const { attributes = {}, covariates = {} } = entry;
    return { ...common, id: null, isLate: false, metrics: {}, properties: {}, attributes, covariates };
  }
  const { id, metrics, properties = {}, isLate = false } = entry;
  return { ...common, id, isLate, metrics, properties, attributes: {}, covariates: {} };
}

/** Finds what the log holds of one unit. What was erased of it is forgotten. */
export class UnitEntries implements LogPass {
  readonly isFull = false;
  readonly isOver = false;
  readonly #unit: string;
  #found: FoundEntries;

  /** @param unit its keyed hash */
  constructor(unit: string, found: FoundEntries) {
    this.#unit = unit;
    this.#found = found;
  }

  load(): boolean {
    return true;
  }

  apply(entry: LogEntry): void {
    if (entry.unit !== this.#unit) return;
    if (entry.kind === "erasure") {
      this.#found = { entries: [], total: 0 };
      return;
    }
    const { entries, total } = this.#found;
    this.#found = {
      entries: total < MAXIMUM_ENTRIES ? [...entries, toEntry(entry)] : entries,
      total: total + 1,
    };
  }

  write(): void {
    // What is found is small: it is all in the state.
  }

  state(): FoundEntries {
    return this.#found;
  }
}
