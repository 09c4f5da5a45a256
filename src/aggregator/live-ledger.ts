import type { LeftOut } from "#event-log/quarantine.ts";
import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import { windowedMetrics } from "#ledger/conversion-window.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { ErasureEntry } from "#ledger/log-entry.ts";
import { applyEntry } from "#ledger/replay.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { LedgerStorage } from "./ledger-storage.ts";
import type { Exposure, Outcome, OutcomeStatus } from "./messages.ts";
import { Recording } from "./recording.ts";
import { rowNamesOf, type UnitRowNames } from "./storage/name-list.ts";
import { UnitCache } from "./unit-cache.ts";

/** So many entries are counted at most, before the units that they have changed are written. */
const MAXIMUM_UNWRITTEN_ENTRIES = 50_000;

/** The lengths of an experiment's conversion windows, in milliseconds, each once. */
export function windowLengths({ metricDefinitions }: AggregatedExperiment): number[] {
  return [
    ...new Set(windowedMetrics(metricDefinitions).map(({ windowSeconds = 0 }) => windowSeconds * 1_000)),
  ];
}

/** Entries of one call. */
export interface LedgerBatch {
  exposures: readonly Exposure[];
  outcomes: readonly Outcome[];
  /** Those that the quota has no room for, which are counted only. */
  refused: readonly { phase?: number }[];
}

function hashesOf(entries: readonly { unit: string }[]): Set<string> {
  return new Set(entries.map(({ unit }) => unit));
}

/**
 * The ledger of an aggregator as it runs: units and totals in memory, over what the database holds of them. What makes a batch
 * durable is its row in the outbox alone; units and totals are written from time to time, each changed one once however many
 * events changed it. What a crash loses of them is counted again from the outbox.
 */
export class LiveLedger {
  readonly experiment: AggregatedExperiment;
  readonly #storage: LedgerStorage;
  readonly #leftOut: LeftOut;
  /** What rows of units refer to by place. */
  readonly names: UnitRowNames;
  readonly #ledger: Ledger;
  readonly #units: UnitCache;
  #unwrittenEntries = 0;

  constructor(storage: LedgerStorage, experiment: AggregatedExperiment, leftOut: LeftOut) {
    this.experiment = experiment;
    this.#storage = storage;
    this.#leftOut = leftOut;
    const { variants, metricDefinitions } = experiment;
    this.names = rowNamesOf(experiment);
    this.#ledger = new Ledger(storage.totals.read(variants), metricDefinitions, leftOut.exclusions);
    this.#units = new UnitCache((hashes) => storage.units.each(hashes, this.names));
    this.#catchUp();
  }

  /** The totals of every phase that there is anything of. */
  get phases(): readonly ExperimentTotals[] {
    return this.#ledger.phases;
  }

  /** Counts what the outbox holds beyond what the database has counted, in the caller's transaction. */
  #catchUp(): void {
    for (const { sequence, entries } of this.#storage.outbox.rowsAfter(this.#storage.appliedSequence())) {
      this.#units.load(hashesOf(entries));
      for (const entry of entries) {
        const state = applyEntry(this.#ledger, this.#units.get(entry.unit), entry);
        if (state) this.#units.set(entry.unit, state);
        else this.#units.remove(entry.unit);
      }
      this.#unwrittenEntries += entries.length;
      if (this.#hasMuchUnwritten()) this.#write(sequence);
    }
  }

  #hasMuchUnwritten(): boolean {
    return this.#unwrittenEntries > MAXIMUM_UNWRITTEN_ENTRIES || this.#units.hasManyChanged;
  }

  /**
   * Records exposures and outcomes, batch by batch. The caller's transaction holds what is written.
   * @returns the statuses of the outcomes of every batch
   */
  record(batches: readonly LedgerBatch[]): OutcomeStatus[][] {
    const hashes = hashesOf(batches.flatMap(({ exposures, outcomes }) => [...exposures, ...outcomes]));
    this.#units.load(hashes);
    const recording = new Recording(
      this.#ledger,
      this.#units,
      (unit, mark) => this.#storage.units.hasSpilled(unit, mark),
      this.#leftOut.quarantines,
      this.#storage.erased.read(hashes),
    );
    const statuses = batches.map(({ exposures, outcomes, refused }) => {
      this.countRejected(refused);
      for (const exposure of exposures) recording.recordExposure(exposure);
      return outcomes.map((outcome) => recording.recordOutcome(outcome));
    });
    if (recording.entries.length > 0) this.#storage.outbox.append(recording.entries);
    this.#unwrittenEntries += recording.entries.length;
    if (this.#hasMuchUnwritten()) this.write();
    return statuses;
  }

  /**
   * Erases a unit: takes it out of the totals and forgets its state. The caller's transaction holds what is written.
   * @param requestedAt epoch milliseconds; a unit that was erased then or later is not erased again
   * @param now epoch milliseconds
   * @returns the last row of the outbox that may hold anything of what the unit was
   */
  erase(unit: string, requestedAt: number, now: number): number {
    const { outbox, erased } = this.#storage;
    const before = erased.read(new Set([unit])).get(unit);
    if (before && before.at >= requestedAt) return before.sequence;
    this.#units.load(new Set([unit]));
    const state = this.#units.get(unit);
    const at = Math.max(requestedAt, now);
    let countedSequence = before?.countedSequence ?? 0;
    // Of a unit that was never seen no log needs to tell that it is erased.
    if (state || this.#leftOut.quarantines.length > 0 || outbox.unlogged() > 0) {
      const entry: ErasureEntry = {
        kind: "erasure",
        unit,
        at,
        ...(state?.p && { phase: state.p }),
        ...(state && { wasCounted: true }),
      };
      applyEntry(this.#ledger, state, entry);
      outbox.append([entry]);
      countedSequence = outbox.lastSequence();
    }
    erased.write(unit, { at, sequence: outbox.lastSequence(), countedSequence });
    this.forget(unit);
    return outbox.lastSequence();
  }

  /** Forgets a unit's state, and leaves the totals as they are. The caller's transaction holds what is written. */
  forget(unit: string): void {
    this.#units.remove(unit);
    this.write();
  }

  /** Counts entries that were refused. They leave no trace but this number. */
  countRejected(refused: readonly { phase?: number }[]): void {
    for (const { phase = 0 } of refused) this.#ledger.note("rejected", phase);
  }

  /** The state of those of these units that are known. */
  unitsOf(hashes: Iterable<string>): Map<string, UnitState> {
    const wanted = [...hashes];
    this.#units.load(new Set(wanted));
    return new Map(
      wanted.flatMap((hash) => {
        const state = this.#units.get(hash);
        return state ? [[hash, state] as const] : [];
      }),
    );
  }

  /**
   * Lets the units enter whose conversion windows have passed since the last call.
   * @param now milliseconds
   */
  mature(now: number): void {
    const lengths = windowLengths(this.experiment);
    if (lengths.length === 0) return;
    this.write();
    const maturedUntil = this.phases[0]?.maturedUntil ?? null;
    const due = new Map<string, UnitState>();
    for (const length of lengths) {
      const after = maturedUntil === null ? Number.MIN_SAFE_INTEGER : maturedUntil - length;
      for (const [hash, state] of this.#storage.units.exposedBetween(after, now - length, this.names))
        due.set(hash, state);
    }
    if (due.size === 0) return;
    this.#ledger.mature(due.values(), now);
    this.write();
  }

  /** Writes what has changed of units and totals. */
  write(): void {
    this.#write(this.#storage.outbox.lastSequence());
  }

  /** @param sequence the last row of the outbox that is counted */
  #write(sequence: number): void {
    const { changed, phases } = this.#ledger;
    if (!this.#units.hasChanged && changed.phases.size === 0) return;
    this.#storage.units.remove(this.#units.takeRemoved());
    this.#storage.units.write(this.#units.takeChanged(), this.names);
    this.#storage.totals.write(phases, changed);
    this.#storage.storeAppliedSequence(sequence);
    changed.phases.clear();
    changed.sketches.clear();
    this.#unwrittenEntries = 0;
  }
}
