import { DurableObject } from "cloudflare:workers";
import { emptyTotals } from "../analyzer/moments.ts";
import type { ExperimentTotals } from "../model/moments.ts";
import { openDatabase } from "../store/database.ts";
import { writeEventChunk } from "../store/event-chunks.ts";
import { markOf } from "./fingerprint.ts";
import { Ledger } from "./ledger.ts";
import { LedgerStorage } from "./ledger-storage.ts";
import type { LogEntry } from "./log-entry.ts";
import type {
  AggregatedExperiment,
  Checkpoint,
  Exposure,
  Outcome,
  OutcomeStatus,
  RecordBatch,
  RecordReply,
  UnitHistory,
} from "./messages.ts";
import { areSameCovariates, originOf, type Recording } from "./recording.ts";
import { RetrySchedule } from "./retry-schedule.ts";
import { ledgerOf } from "./shard-number.ts";
import type { UnitState } from "./unit-state.ts";

/** New data are judged and flushed this long after they arrive; what arrives meanwhile goes along. */
const DELAY_MILLISECONDS = 1_000;

/** Harm must not wait for a database that fails: judging is tried again much sooner than flushing. */
const MAXIMUM_REFLEX_DELAY_MILLISECONDS = 5_000;
const MAXIMUM_FLUSH_DELAY_MILLISECONDS = 60_000;

/**
 * Counts one experiment (or one shard of it): the ledger of its units, its totals, and an outbox to the event log.
 * Whatever it acknowledges is durable. What happens when new totals are in is up to the subclass, a floor above.
 */
export abstract class Aggregator extends DurableObject<Env> {
  readonly #storage: LedgerStorage;
  #totals: ExperimentTotals | undefined;
  #experiment: AggregatedExperiment | undefined;
  readonly #reflex = new RetrySchedule(DELAY_MILLISECONDS, MAXIMUM_REFLEX_DELAY_MILLISECONDS);
  readonly #flush = new RetrySchedule(DELAY_MILLISECONDS, MAXIMUM_FLUSH_DELAY_MILLISECONDS);
  #alarmAt = Number.POSITIVE_INFINITY;
  #flushing: Promise<void> | undefined;
  /** Places in the outbox that a checkpoint refers to. */
  readonly #chunkBoundaries = new Set<number>();

  constructor(context: DurableObjectState, environment: Env) {
    super(context, environment);
    this.#storage = new LedgerStorage(context.storage.sql);
    this.#experiment = this.#storage.experiment();
    if (this.#storage.hasPendingEntries()) this.#schedule();
  }

  /**
   * Called on the alarm after new data, beside the flush. One that fails, or that asks to be called again, is called again
   * soon, however the flush fares.
   */
  protected abstract onFreshTotals(experiment: string): Promise<"done" | "again">;

  /**
   * Records exposures and outcomes in one transaction. Outcomes whose id this unit has had before are recognised and
   * not counted again, however often and in whatever order they arrive.
   */
  async record(batch: RecordBatch): Promise<RecordReply> {
    const statuses = this.#transaction(() => this.#recordAll(batch));
    this.#schedule();
    return { statuses };
  }

  /** Counts entries that were refused before they came here. They leave no trace but this number. */
  async countRejected(experiment: AggregatedExperiment, entries: number): Promise<void> {
    this.#transaction(() => {
      const totals = this.#totalsOf(experiment);
      totals.rejected += entries;
      this.#storage.storeTotals(totals);
    });
  }

  /** What these units have shown so far: their mean per metric. Units that were never seen are left out. */
  async history(hashes: readonly string[]): Promise<UnitHistory[]> {
    return [...this.#storage.units(hashes)].flatMap(([unit, { s, x }]) => {
      const means = Object.entries(s).map(([metric, [sum, count]]) => [metric, sum / count] as const);
      return x || means.length === 0 ? [] : [{ unit, means: Object.fromEntries(means) }];
    });
  }

  /** The totals as they are now. */
  async totals(): Promise<ExperimentTotals> {
    return this.#experiment ? this.#loadTotals(this.#experiment) : emptyTotals([]);
  }

  /** The totals together with the place in the event log that they correspond to; the log is flushed that far. */
  async checkpoint(): Promise<Checkpoint> {
    const totals = structuredClone(await this.totals());
    const sequence = this.#storage.lastSequence();
    this.#chunkBoundaries.add(sequence);
    await this.flush();
    return { totals, sequence };
  }

  /** Empties the outbox into the event log. */
  async flush(): Promise<void> {
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  override async alarm(): Promise<void> {
    // What this alarm was set for is due, though clocks may differ by a little.
    const now = Number.isFinite(this.#alarmAt) ? Math.max(Date.now(), this.#alarmAt) : Date.now();
    this.#alarmAt = Number.POSITIVE_INFINITY;
    if (!this.#experiment) return;
    const { key, shard } = this.#experiment;
    // What nobody vouches for decides nothing.
    const isDeciding = ledgerOf(shard) === "deciding";
    // An object that was evicted in between knows only that something was due.
    const isUnknown = !this.#reflex.isScheduled && !this.#flush.isScheduled;
    await Promise.all([
      (isUnknown || this.#reflex.isDue(now)) &&
        this.#attempt(this.#reflex, async () => (isDeciding ? await this.onFreshTotals(key) : "done")),
      (isUnknown || this.#flush.isDue(now)) &&
        this.#attempt(this.#flush, async () => {
          await this.flush();
          return "done";
        }),
    ]);
    this.#setAlarm();
  }

  /** The platform gives up on a failing alarm after a few tries; neither harm nor an outbox must ever be given up on. */
  async #attempt(schedule: RetrySchedule, work: () => Promise<"done" | "again">): Promise<void> {
    schedule.begin();
    try {
      if ((await work()) === "again") schedule.request(Date.now());
      schedule.succeed();
    } catch (cause) {
      console.error({ message: "the alarm's work failed", cause: String(cause) });
      schedule.retry(Date.now());
    }
  }

  #schedule(): void {
    const now = Date.now();
    this.#reflex.request(now);
    this.#flush.request(now);
    this.#setAlarm();
  }

  /** Not awaited: without an await in between, the alarm and the writes before it become durable together. */
  #setAlarm(): void {
    const at = Math.min(this.#reflex.dueAt, this.#flush.dueAt);
    if (at >= this.#alarmAt) return;
    this.#alarmAt = at;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(at));
  }

  /** Runs storage work atomically; if it fails, memory forgets what the database has rolled back. */
  #transaction<Value>(work: () => Value): Value {
    try {
      return this.ctx.storage.transactionSync(work);
    } catch (cause) {
      this.#totals = undefined;
      this.#experiment = this.#storage.experiment();
      throw cause;
    }
  }

  #loadTotals(experiment: AggregatedExperiment): ExperimentTotals {
    this.#totals ??= this.#storage.totals(experiment.variants);
    return this.#totals;
  }

  /** The totals of the experiment, which the first call makes known. */
  #totalsOf(experiment: AggregatedExperiment): ExperimentTotals {
    if (!this.#experiment) {
      this.#storage.storeExperiment(experiment);
      this.#experiment = experiment;
    }
    return this.#loadTotals(this.#experiment);
  }

  #recordAll({ experiment, exposures, outcomes }: RecordBatch): OutcomeStatus[] {
    const totals = this.#totalsOf(experiment);
    const hashes = new Set([...exposures, ...outcomes].map(({ unit }) => unit));
    const recording: Recording = {
      ledger: new Ledger(totals, (this.#experiment ?? experiment).definitions),
      units: this.#storage.units(hashes),
      changed: new Map(),
      older: new Map(),
      entries: [],
    };
    const uncounted = () => totals.duplicates + totals.rejected + totals.lateCovariates;
    const uncountedBefore = uncounted();
    for (const exposure of exposures) this.#recordExposure(recording, exposure);
    const statuses = outcomes.map((outcome) => this.#recordOutcome(recording, outcome));

    if (recording.entries.length > 0) {
      this.#storage.storeUnits(recording.changed);
      this.#storage.appendToOutbox(recording.entries);
    }
    if (recording.entries.length > 0 || uncounted() > uncountedBefore) this.#storage.storeTotals(totals);
    return statuses;
  }

  #apply(recording: Recording, entry: LogEntry): UnitState {
    const state = recording.ledger.apply(recording.units.get(entry.u), entry);
    recording.units.set(entry.u, state);
    recording.changed.set(entry.u, state);
    recording.entries.push(entry);
    return state;
  }

  #recordExposure(recording: Recording, exposure: Exposure): void {
    const { unit, variant, at, receivedAt, covariates: given, fromHistory, source } = exposure;
    const state = recording.units.get(unit);
    // A client's covariates are surely from before any outcome only where they come with the unit itself.
    const isLate = state !== undefined && given !== undefined && fromHistory !== true;
    if (isLate && !areSameCovariates(given, state.c)) recording.ledger.totals.lateCovariates += 1;
    const covariates = isLate ? undefined : given;
    const bringsNews = covariates !== undefined && state?.c === undefined;
    if (state && (state.x || state.v === variant) && !bringsNews) return;
    this.#apply(recording, {
      k: "exposure",
      u: unit,
      v: variant,
      t: at,
      ...(receivedAt !== undefined && { r: receivedAt }),
      ...(covariates && { c: covariates }),
      ...originOf(source),
    });
  }

  #recordOutcome(recording: Recording, outcome: Outcome): OutcomeStatus {
    const { id, unit, at, receivedAt, late, metrics, properties, source } = outcome;
    const before = recording.units.get(unit);
    const variant = outcome.variant ?? before?.v;
    if (variant === undefined) {
      recording.ledger.totals.rejected += 1;
      return "unit_not_exposed";
    }
    const mark = markOf(id, source?.vouchedBy);
    if (before && this.#hasSeen(recording, unit, before, mark)) {
      recording.ledger.totals.duplicates += 1;
      return "duplicate";
    }
    const state = this.#apply(recording, {
      k: "outcome",
      id,
      u: unit,
      v: variant,
      t: at,
      r: receivedAt,
      m: metrics,
      ...(late && { l: late }),
      ...(properties && { p: properties }),
      ...originOf(source),
    });
    state.i.push(mark);
    return "accepted";
  }

  #hasSeen(recording: Recording, unit: string, state: UnitState, mark: number): boolean {
    if (state.i.includes(mark)) return true;
    if (state.b === 0) return false;
    const older = recording.older.get(unit) ?? this.#storage.olderFingerprints(unit);
    recording.older.set(unit, older);
    return older.has(mark);
  }

  async #flushAll(): Promise<void> {
    const database = openDatabase(this.env.DB);
    for (;;) {
      const experiment = this.#experiment;
      const plan =
        experiment && this.ctx.storage.transactionSync(() => this.#storage.planChunk(this.#chunkBoundaries));
      if (!experiment || !plan) {
        this.#chunkBoundaries.clear();
        return;
      }
      await writeEventChunk(database, {
        experiment: experiment.key,
        shard: experiment.shard,
        ...plan,
        entries: this.#storage.chunkEntries(plan),
      });
      this.ctx.storage.transactionSync(() => this.#storage.finishChunk(plan));
    }
  }
}
