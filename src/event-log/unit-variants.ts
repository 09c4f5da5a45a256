import * as z from "zod";
import type { LogEntry } from "#ledger/log-entry.ts";
import { isExcluded, type Stretch } from "#model/experiment/exclusion.ts";
import { BoundedUnits, type UnitStore } from "./bounded-units.ts";
import type { LogPass } from "./log-pass.ts";

/** No variant's key: that of the units with multiple exposures. */
export const MULTIPLE_EXPOSURES = "";

/** The variant that a unit counts in, null for one that was first seen in an excluded stretch. */
export const unitVariantSchema = z.string().nullable();
export type UnitVariant = z.infer<typeof unitVariantSchema>;

/** About so much memory a unit takes. */
export function bytesOfVariant(): number {
  return 300;
}

/** Finds the variant of every unit that counts. */
export class UnitVariants implements LogPass {
  readonly isOver = false;
  readonly #exclusions: readonly Stretch[];
  readonly #units: BoundedUnits<UnitVariant>;

  constructor(exclusions: readonly Stretch[], store: UnitStore<UnitVariant>) {
    this.#exclusions = exclusions;
    this.#units = new BoundedUnits(store, bytesOfVariant);
  }

  get isFull(): boolean {
    return this.#units.isFull;
  }

  load(entries: readonly LogEntry[]): boolean {
    return this.#units.load(new Set(entries.map(({ unit }) => unit)));
  }

  apply(entry: LogEntry): void {
    if (entry.kind === "erasure") {
      this.#units.remove(entry.unit);
      return;
    }
    const { unit, variant, at, isReturning } = entry;
    const before = this.#units.get(unit);
    // A unit counts in the phase in which it was first seen, with the variant that it had then.
    if (isReturning || before === null) return;
    if (isExcluded(at, this.#exclusions)) {
      if (before === undefined) this.#units.set(unit, null);
      return;
    }
    if (before === undefined) this.#units.set(unit, variant);
    else if (before !== variant && before !== MULTIPLE_EXPOSURES) this.#units.set(unit, MULTIPLE_EXPOSURES);
  }

  write(): void {
    this.#units.write();
  }

  state(): null {
    return null;
  }
}
