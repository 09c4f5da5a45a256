import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { Stretch } from "#model/experiment/exclusion.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { Ledger } from "./ledger.ts";
import type { LogEntry } from "./log-entry.ts";
import type { UnitState } from "./unit-state.ts";

/** What a list of log entries comes to: a ledger and the state of its units, all of them in memory. */
export class Replay {
  readonly units = new Map<string, UnitState>();
  readonly #ledger: Ledger;

  /** @param totals those to begin with; changed in place */
  constructor(
    totals: ExperimentTotals,
    metricDefinitions: readonly MetricDefinition[],
    exclusions: readonly Stretch[] = [],
  ) {
    this.#ledger = new Ledger(totals, metricDefinitions, exclusions);
  }

  get totals(): ExperimentTotals {
    return this.#ledger.totals;
  }

  /**
   * Counts one entry.
   * @param unit by which name its unit is known here
   * @returns the unit's state after it
   */
  apply(entry: LogEntry, unit = entry.unit): UnitState {
    const state = this.#ledger.apply(this.units.get(unit), entry);
    this.units.set(unit, state);
    return state;
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
