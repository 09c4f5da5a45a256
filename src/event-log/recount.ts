import { emptyTotals } from "#analyzer/estimates/moments.ts";
import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import { markOf } from "#ledger/fingerprint.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import { Replay } from "#ledger/replay.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { noteWitness } from "#ledger/witnesses.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { Database } from "#store/database.ts";
import { isQuarantined, type LeftOut, type Quarantine } from "./quarantine.ts";
import { readLog } from "./read.ts";

/** The units of every variant and the events, as one text to compare. */
function countsOf({ variants, events, multipleExposureUnits }: ExperimentTotals): string {
  return JSON.stringify([Object.values(variants).map(({ units }) => units), events, multipleExposureUnits]);
}

/** Whether two totals count other units or events. */
export function countDifferently(one: ExperimentTotals, other: ExperimentTotals): boolean {
  return countsOf(one) !== countsOf(other);
}

/** One shard counted anew from its log, without what is quarantined or excluded. Holds the state of every unit in memory. */
export class Recount {
  /** The last outbox row that has been read. */
  lastSequence = 0;
  readonly #experiment: AggregatedExperiment;
  readonly #quarantines: readonly Quarantine[];
  readonly #replay: Replay;

  constructor(experiment: AggregatedExperiment, { quarantines, exclusions }: LeftOut) {
    this.#experiment = experiment;
    this.#quarantines = quarantines;
    this.#replay = new Replay(emptyTotals(experiment.variants), experiment.metricDefinitions, exclusions);
  }

  /** The state of every unit so far. */
  get units(): ReadonlyMap<string, UnitState> {
    return this.#replay.units;
  }

  apply(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      if (isQuarantined(entry, this.#quarantines)) continue;
      const state = this.#replay.apply(entry);
      noteWitness(state, entry);
      if (entry.kind === "outcome") state.i.push(markOf(entry.id, entry.vouchedBy));
    }
  }

  /** Reads all that has been recorded so far, with what is recorded meanwhile. @param flush brings it into the log */
  async catchUp(
    database: Database,
    recorded: { flushedSequence(): number },
    flush: () => Promise<void>,
  ): Promise<void> {
    do {
      await flush();
      await this.#readOn(database);
    } while (recorded.flushedSequence() > this.lastSequence);
  }

  /** Reads what the log holds beyond the last reading. */
  async #readOn(database: Database): Promise<void> {
    const { key, shard } = this.#experiment;
    for await (const chunk of readLog(database, { experiment: key, shard, after: this.lastSequence })) {
      this.apply(chunk.entries);
      this.lastSequence = chunk.lastSequence;
    }
  }

  /**
   * The totals of what was read.
   * @param before what was counted without leaving a trace in the log is taken from these, and up to when windows have passed
   */
  totalsAfter({ duplicates, rejected, lateCovariates, maturedUntil }: ExperimentTotals): ExperimentTotals {
    if (maturedUntil !== null) this.#replay.mature(maturedUntil);
    return { ...this.#replay.totals, duplicates, rejected, lateCovariates };
  }
}
