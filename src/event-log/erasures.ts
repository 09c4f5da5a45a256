import type { LogEntry } from "#ledger/log-entry.ts";
import { BoundedUnits, type UnitStore } from "./bounded-units.ts";
import type { LogPass } from "./log-pass.ts";

/** About so much memory a unit takes. */
const UNIT_BYTES = 300;

/** Counts how often each unit is erased. */
export class ErasureCounts implements LogPass {
  readonly isOver = false;
  readonly #units: BoundedUnits<number>;

  constructor(store: UnitStore<number>) {
    this.#units = new BoundedUnits(store, () => UNIT_BYTES);
  }

  get isFull(): boolean {
    return this.#units.isFull;
  }

  load(entries: readonly LogEntry[]): boolean {
    const erased = entries.filter(({ kind }) => kind === "erasure");
    return this.#units.load(new Set(erased.map(({ unit }) => unit)));
  }

  apply({ kind, unit }: LogEntry): void {
    if (kind === "erasure") this.#units.set(unit, (this.#units.get(unit) ?? 0) + 1);
  }

  write(): void {
    this.#units.write();
  }

  state(): null {
    return null;
  }
}

/** Tells which entries remain, when a log whose erasures were counted is read again in the same order. */
export class RemainingErasures {
  readonly #units: BoundedUnits<number>;

  /** @param store as `ErasureCounts` has filled it */
  constructor(store: UnitStore<number>) {
    this.#units = new BoundedUnits(store, () => UNIT_BYTES);
  }

  get isFull(): boolean {
    return this.#units.isFull;
  }

  load(entries: readonly LogEntry[]): boolean {
    return this.#units.load(new Set(entries.map(({ unit }) => unit)));
  }

  /** Whether no later entry erases one. */
  leaves({ kind, unit }: LogEntry): boolean {
    const left = this.#units.get(unit) ?? 0;
    if (kind === "erasure") this.#units.set(unit, left - 1);
    return left === 0;
  }

  write(): void {
    this.#units.write();
  }
}
