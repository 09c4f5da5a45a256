import { emptyTotals } from "#analyzer/estimates/moments.ts";
import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import { applyEntry } from "#ledger/replay.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { Databases } from "#store/database.ts";
import { isQuarantined, type LeftOut, type Quarantine } from "./quarantine.ts";
import { readLog } from "./read.ts";
import { readEarlierShards } from "./shards.ts";

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

/** What is counted without leaving a trace in the log, and up to when windows have passed. */
type Untraced = Pick<ExperimentTotals, "duplicates" | "rejected" | "lateCovariates"> &
  Partial<Pick<ExperimentTotals, "maturedUntil">>;

/** One shard counted anew from its log, without what is quarantined or excluded. Holds the state of every unit in memory. */
export class Recount {
  /** The last outbox row that has been read. */
  lastSequence = 0;
  /** The state of every unit so far. */
  readonly units = new Map<string, UnitState>();
  readonly #experiment: AggregatedExperiment;
  readonly #shards: number;
  readonly #quarantines: readonly Quarantine[];
  readonly #ledger: Ledger;

  /** @param shards among how many aggregators the experiment's units are divided */
  constructor(experiment: AggregatedExperiment, shards: number, { quarantines, exclusions }: LeftOut) {
    this.#experiment = experiment;
    this.#shards = shards;
    this.#quarantines = quarantines;
    const phases = [emptyTotals(experiment.variants)];
    this.#ledger = new Ledger(phases, experiment.metricDefinitions, exclusions);
  }

  apply(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      if (isQuarantined(entry, this.#quarantines)) continue;
      this.units.set(entry.unit, applyEntry(this.#ledger, this.units.get(entry.unit), entry));
    }
  }

  /** Reads all that has been recorded so far, with what is recorded meanwhile. @param flush brings it into the log */
  async catchUp(
    databases: Databases,
    recorded: { flushedSequence(): number },
    flush: () => Promise<void>,
  ): Promise<void> {
    await flush();
    for (const shard of await readEarlierShards(databases, this.#experiment, this.#shards))
      for await (const { entries } of readLog(databases, { experiment: this.#experiment.key, ...shard }))
        this.apply(entries);
    for (;;) {
      await this.#readOn(databases);
      if (recorded.flushedSequence() <= this.lastSequence) return;
      await flush();
    }
  }

  /** Reads what the log holds beyond the last reading. */
  async #readOn(databases: Databases): Promise<void> {
    const { key, shard } = this.#experiment;
    for await (const chunk of readLog(databases, { experiment: key, shard, after: this.lastSequence })) {
      this.apply(chunk.entries);
      this.lastSequence = chunk.lastSequence;
    }
  }

  /**
   * The totals by phase of what was read.
   * @param before by phase: what was counted without leaving a trace in the log
   */
  phasesAfter(before: readonly Untraced[]): ExperimentTotals[] {
    const maturedUntil = before[0]?.maturedUntil ?? null;
    if (before.length > 0) this.#ledger.totalsIn(before.length - 1);
    if (maturedUntil !== null) this.#ledger.mature(this.units.values(), maturedUntil);
    return this.#ledger.phases.map((totals, phase) => {
      const { duplicates = 0, rejected = 0, lateCovariates = 0 } = before[phase] ?? {};
      return { ...totals, duplicates, rejected, lateCovariates };
    });
  }
}
