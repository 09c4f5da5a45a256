import { Ledger } from "#ledger/ledger.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import { bytesOfUnit, type UnitState } from "#ledger/unit-state.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { Stretch } from "#model/experiment/exclusion.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { BoundedUnits, type UnitStore } from "./bounded-units.ts";
import type { LogPass } from "./log-pass.ts";

/** Rebuilds totals from nothing but the event log, by the same rules that counted them live. */
export class Rebuild implements LogPass {
  readonly isOver = false;
  readonly #ledger: Ledger;
  readonly #units: BoundedUnits<UnitState>;

  /** @param phases totals to begin with, by phase: at first one that is empty; changed in place */
  constructor(
    phases: ExperimentTotals[],
    metricDefinitions: readonly MetricDefinition[],
    exclusions: readonly Stretch[],
    store: UnitStore<UnitState>,
    maximumBytes?: number,
  ) {
    this.#ledger = new Ledger(phases, metricDefinitions, exclusions);
    this.#units = new BoundedUnits(store, bytesOfUnit, maximumBytes);
  }

  get isFull(): boolean {
    return this.#units.isFull;
  }

  load(entries: readonly LogEntry[]): boolean {
    return this.#units.load(new Set(entries.map(({ unit }) => unit)));
  }

  apply(entry: LogEntry): void {
    const { unit } = entry;
    const before = this.#units.get(unit);
    if (entry.kind === "erasure") {
      this.#ledger.erase(before, entry);
      this.#units.remove(unit);
    } else this.#units.set(unit, this.#ledger.apply(before, entry));
  }

  write(): void {
    this.#units.write();
  }

  /** The totals of every phase that there is an entry of. */
  state(): readonly ExperimentTotals[] {
    return this.#ledger.phases;
  }
}
