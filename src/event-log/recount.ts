import { emptyTotals } from "#analyzer/estimates/moments.ts";
import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import { applyEntry } from "#ledger/replay.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { Databases } from "#store/database.ts";
import type { Partition } from "./partitions.ts";
import { isQuarantined, type LeftOut, type Quarantine } from "./quarantine.ts";
import { readLog, readShard } from "./read.ts";

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

/** Where the units are kept that have been counted. */
export interface RecountedUnits {
  /** Those of these that have been. */
  read(hashes: readonly string[]): ReadonlyMap<string, UnitState>;
  remove(hashes: readonly string[]): void;
  write(units: ReadonlyMap<string, UnitState>): void;
}

/** One shard counted anew from its log, without what is quarantined or excluded; its units part by part. */
export class Recount {
  /** The last outbox row that has been read. */
  lastSequence = 0;
  readonly #experiment: AggregatedExperiment;
  readonly #shards: number;
  readonly #quarantines: readonly Quarantine[];
  readonly #ledger: Ledger;
  readonly #units: RecountedUnits;

  /**
   * @param shards among how many aggregators the experiment's units are divided
   * @param maturedUntil conversion windows that had passed by then count, epoch milliseconds
   * @param units empty at first
   */
  constructor(
    experiment: AggregatedExperiment,
    shards: number,
    { quarantines, exclusions }: LeftOut,
    maturedUntil: number | null,
    units: RecountedUnits,
  ) {
    this.#experiment = experiment;
    this.#shards = shards;
    this.#quarantines = quarantines;
    this.#units = units;
    const phases = [{ ...emptyTotals(experiment.variants), maturedUntil }];
    this.#ledger = new Ledger(phases, experiment.metricDefinitions, exclusions);
  }

  /** Reads what the log holds up to a row, once for every part of the units. */
  async readUntil(databases: Databases, until: number, partitions: readonly Partition[]): Promise<void> {
    const { key, shard } = this.#experiment;
    const position = { key, shard, shards: this.#shards, until };
    for (const partition of partitions) {
      const units = new Map<string, UnitState>();
      for await (const entry of readShard(databases, position, partition)) this.#count(units, entry);
      this.#units.write(units);
    }
    this.lastSequence = until;
  }

  /** Counts entries that follow what has been read. */
  apply(entries: readonly LogEntry[]): void {
    const units = new Map(this.#units.read([...new Set(entries.map(({ unit }) => unit))]));
    const before = [...units.keys()];
    for (const entry of entries) this.#count(units, entry);
    // One that was erased may be back as a new one: nothing of what it was may stay.
    const erased = new Set(entries.flatMap(({ kind, unit }) => (kind === "erasure" ? unit : [])));
    this.#units.remove(before.filter((unit) => erased.has(unit)));
    this.#units.write(units);
  }

  #count(units: Map<string, UnitState>, entry: LogEntry): void {
    if (isQuarantined(entry, this.#quarantines)) return;
    const state = applyEntry(this.#ledger, units.get(entry.unit), entry);
    if (state) units.set(entry.unit, state);
    else units.delete(entry.unit);
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
