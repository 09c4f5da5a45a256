import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { Stretch } from "#model/experiment/exclusion.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { markOf } from "./fingerprint.ts";
import { Ledger } from "./ledger.ts";
import type { LogEntry, ObservedEntry } from "./log-entry.ts";
import type { UnitState } from "./unit-state.ts";
import { noteWitness } from "./witnesses.ts";

/**
 * Counts an entry as it is counted when it arrives: with what the unit's state keeps to recognize the entry by.
 * @param unit the unit's state before, undefined when it is new; changed in place
 * @returns the unit's state after it; undefined where the unit is erased
 */
export function applyEntry(
  ledger: Ledger,
  unit: UnitState | undefined,
  entry: LogEntry,
): UnitState | undefined {
  if (entry.kind !== "erasure") return applyObserved(ledger, unit, entry);
  ledger.erase(unit, entry);
  return undefined;
}

/** The same for what was observed of a unit, after which it has a state. */
export function applyObserved(ledger: Ledger, unit: UnitState | undefined, entry: ObservedEntry): UnitState {
  const state = ledger.apply(unit, entry);
  noteWitness(state, entry);
  if (entry.kind === "outcome") state.i.push(markOf(entry.id, entry.vouchedBy));
  return state;
}

/** What a list of log entries comes to: a ledger and the state of its units, all of them in memory. */
export class Replay {
  readonly units = new Map<string, UnitState>();
  readonly #ledger: Ledger;

  /** @param phases totals to begin with, by phase; changed in place */
  constructor(
    phases: ExperimentTotals[],
    metricDefinitions: readonly MetricDefinition[],
    exclusions: readonly Stretch[] = [],
  ) {
    this.#ledger = new Ledger(phases, metricDefinitions, exclusions);
  }

  /** The totals of every phase that there is an entry of. */
  get phases(): readonly ExperimentTotals[] {
    return this.#ledger.phases;
  }

  /** The totals of a phase. */
  totalsIn(phase: number): ExperimentTotals {
    return this.#ledger.totalsIn(phase);
  }

  /**
   * Counts one entry.
   * @param unit by which name its unit is known here
   */
  apply(entry: LogEntry, unit = entry.unit): void {
    const before = this.units.get(unit);
    if (entry.kind === "erasure") {
      this.#ledger.erase(before, entry);
      this.units.delete(unit);
    } else this.units.set(unit, this.#ledger.apply(before, entry));
  }

  /** Lets units enter the metrics whose windows have passed. @param until epoch milliseconds */
  mature(until: number): void {
    this.#ledger.mature(this.units.values(), until);
  }

  /** Forgets the state of all units and keeps what they have added to the totals. */
  forgetUnits(): void {
    this.units.clear();
  }
}
