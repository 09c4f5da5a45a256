import { emptyTotals } from "#analyzer/estimates/moments.ts";
import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import { applyEntry } from "#ledger/replay.ts";
import { bytesOfUnit, type UnitState } from "#ledger/unit-state.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { Databases } from "#store/database.ts";
import { BoundedUnits, type UnitStore } from "./bounded-units.ts";
import { applyWithin } from "./log-pass.ts";
import { sourcesOf } from "./log-source.ts";
import { isQuarantined, type LeftOut, type Quarantine } from "./quarantine.ts";
import { readLog } from "./read.ts";

/** The units of every variant and the events of every phase, as one text to compare. */
function countsOf(phases: readonly ExperimentTotals[]): string {
  return JSON.stringify(
    phases.map(({ variants, events, multipleExposureUnits }) => [
      Object.values(variants).map(({ units }) => units),
      events,
      multipleExposureUnits,
    ]),
  );
}

/** Whether two totals by phase count other units or events. */
export function countDifferently(
  one: readonly ExperimentTotals[],
  other: readonly ExperimentTotals[],
): boolean {
  return countsOf(one) !== countsOf(other);
}

/** What comes while entries are read is read in the next round, in less time than before. */
const CATCH_UP_ROUNDS = 4;

/** What is counted without leaving a trace in the log. */
type Untraced = Pick<ExperimentTotals, "duplicates" | "rejected" | "lateCovariates">;

/** One shard counted anew from its log, without what is quarantined or excluded. */
export class Recount {
  /** The last outbox row that has been read. */
  lastSequence = 0;
  readonly #experiment: AggregatedExperiment;
  readonly #shards: number;
  readonly #quarantines: readonly Quarantine[];
  readonly #ledger: Ledger;
  readonly #units: BoundedUnits<UnitState>;

  /**
   * @param shards among how many aggregators the experiment's units are divided
   * @param maturedUntil conversion windows that had passed by then count, epoch milliseconds
   * @param store where the units are kept that have been counted; empty at first
   */
  constructor(
    experiment: AggregatedExperiment,
    shards: number,
    { quarantines, exclusions }: LeftOut,
    maturedUntil: number | null,
    store: UnitStore<UnitState>,
  ) {
    this.#experiment = experiment;
    this.#shards = shards;
    this.#quarantines = quarantines;
    this.#units = new BoundedUnits(store, bytesOfUnit);
    const phases = [{ ...emptyTotals(experiment.variants), maturedUntil }];
    this.#ledger = new Ledger(phases, experiment.metricDefinitions, exclusions);
  }

  /** Reads what the log holds up to a row. */
  async readUntil(databases: Databases, until: number): Promise<void> {
    const { key, shard } = this.#experiment;
    for (const source of await sourcesOf(databases, { key, shards: this.#shards }, { shard, until }))
      for await (const { entries } of readLog(databases, source)) this.apply(entries);
    this.lastSequence = until;
  }

  /** Counts entries that follow what has been read. */
  apply(entries: readonly LogEntry[]): void {
    const units = this.#units;
    const pass = {
      get isFull() {
        return units.isFull;
      },
      load: (loaded: readonly LogEntry[]) => units.load(new Set(loaded.map(({ unit }) => unit))),
      apply: (entry: LogEntry) => this.#count(entry),
    };
    applyWithin(pass, entries, () => units.write());
  }

  /** Stores all units that have been counted. */
  write(): void {
    this.#units.write();
  }

  #count(entry: LogEntry): void {
    if (isQuarantined(entry, this.#quarantines)) return;
    const state = applyEntry(this.#ledger, this.#units.get(entry.unit), entry);
    if (state) this.#units.set(entry.unit, state);
    else this.#units.remove(entry.unit);
  }

  /** Reads most of what has been recorded since; the rest is few entries. @param flush brings it into the log */
  async catchUp(
    databases: Databases,
    recorded: { flushedSequence(): number },
    flush: () => Promise<void>,
  ): Promise<void> {
    const { key, shard } = this.#experiment;
    for (let round = 0; round < CATCH_UP_ROUNDS; round++) {
      await flush();
      if (recorded.flushedSequence() <= this.lastSequence) return;
      const position = { experiment: key, shard, after: this.lastSequence };
      for await (const chunk of readLog(databases, position)) {
        this.apply(chunk.entries);
        this.lastSequence = chunk.lastSequence;
      }
    }
  }

  /**
   * The totals by phase of what was read.
   * @param before by phase: what was counted without leaving a trace in the log
   */
  phasesAfter(before: readonly Untraced[]): ExperimentTotals[] {
    if (before.length > 0) this.#ledger.totalsIn(before.length - 1);
    return this.#ledger.phases.map((totals, phase) => {
      const { duplicates = 0, rejected = 0, lateCovariates = 0 } = before[phase] ?? {};
      return { ...totals, duplicates, rejected, lateCovariates };
    });
  }
}
