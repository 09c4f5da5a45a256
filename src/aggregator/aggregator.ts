import { DurableObject } from "cloudflare:workers";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import type { DailyQuota } from "#config";
import type { LeftOut } from "#event-log/quarantine.ts";
import { countDifferently, Recount } from "#event-log/recount.ts";
import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { joinStretches } from "#model/experiment/exclusion.ts";
import { within } from "#shared/within.ts";
import { openDatabase } from "#store/database.ts";
import { writeEventChunk } from "#store/event-chunks.ts";
import type { EntryCost } from "./daily-quota.ts";
import { findReturning, hashesOf } from "./first-phases.ts";
import { keepQuota } from "./keep-quota.ts";
import { LedgerStorage } from "./ledger-storage.ts";
import { matureUnits, windowLengths } from "./mature-units.ts";
import type { Checkpoint, OutcomeStatus, RecordBatch, RecordReply, UnitHistory } from "./messages.ts";
import { Recording } from "./recording.ts";
import { RetrySchedule } from "./retry-schedule.ts";
import { ledgerOf } from "./shard-number.ts";
import { historyOf } from "./unit-history.ts";

/** New data are judged and flushed this long after they arrive; what arrives meanwhile goes along. */
const DELAY_MILLISECONDS = 1_000;

/** Harm must not wait for a database that fails: judging is tried again much sooner than flushing. */
const MAXIMUM_REFLEX_DELAY_MILLISECONDS = 5_000;
const MAXIMUM_FLUSH_DELAY_MILLISECONDS = 60_000;

/** How long an alarm waits for its flush, and how long a flush for the database. */
const FLUSH_TIMEOUT_MILLISECONDS = 1_000;
const DATABASE_TIMEOUT_MILLISECONDS = 10_000;

/**
 * Counts one experiment (or one shard of it): the ledger of its units, its totals, and an outbox to the event log.
 * Whatever it acknowledges is durable. What happens when new totals are in is up to the subclass, in a higher layer.
 */
export abstract class Aggregator extends DurableObject<Env> {
  readonly #storage: LedgerStorage;
  #totals: ExperimentTotals | undefined;
  #experiment: AggregatedExperiment | undefined;
  readonly #reflex = new RetrySchedule(DELAY_MILLISECONDS, MAXIMUM_REFLEX_DELAY_MILLISECONDS);
  readonly #flush = new RetrySchedule(DELAY_MILLISECONDS, MAXIMUM_FLUSH_DELAY_MILLISECONDS);
  #leftOut: LeftOut;
  #alarmAt = Number.POSITIVE_INFINITY;
  #flushing: Promise<void> | undefined;
  /** Places in the outbox that a checkpoint refers to. */
  readonly #chunkBoundaries = new Set<number>();

  constructor(context: DurableObjectState, environment: Env) {
    super(context, environment);
    this.#storage = new LedgerStorage(context.storage.sql);
    this.#experiment = this.#storage.experiment();
    this.#leftOut = this.#storage.leftOut();
    if (this.#storage.hasPendingEntries()) this.#schedule();
  }

  /**
   * Called on the alarm after new data, beside the flush. One that fails, or that asks to be called again, is called again
   * soon, however the flush fares.
   */
  protected abstract onFreshTotals(experiment: string): Promise<"done" | "again">;

  /**
   * Records exposures and outcomes in one transaction. Outcomes whose id this unit has had before are recognized and
   * not counted again, however often and in whatever order they arrive.
   */
  async record(sent: RecordBatch): Promise<RecordReply> {
    const { batch, refused, toReply } = await keepQuota(this.env, this.#storage, sent, Date.now());
    const returning =
      batch.firstPhases &&
      (await findReturning(this.env.AGGREGATOR, this.#storage, batch, batch.firstPhases));
    const statuses = this.#transaction(() => this.#recordAll(batch, refused, returning));
    this.#schedule();
    return toReply(statuses);
  }

  /** Of entries for units that nobody vouches for: which have room in the daily quotas that are kept here. */
  async takeFromQuota(quota: DailyQuota, costs: readonly EntryCost[], now: number): Promise<boolean[]> {
    return this.#transaction(() => this.#storage.takeFromQuota(quota, costs, now));
  }

  /**
   * Books units for a phase of weights, where no other one has them. Repeating it is harmless.
   * @returns the units that another phase has
   */
  async claimUnits(phase: number, hashes: readonly string[]): Promise<string[]> {
    return this.#transaction(() => {
      this.#storage.claimUnits(phase, hashes);
      return [...this.#storage.unitsOfOtherPhases(phase, hashes)];
    });
  }

  /** Counts entries that were refused before they came here. They leave no trace but this number. */
  async countRejected(experiment: AggregatedExperiment, entries: number): Promise<void> {
    this.#transaction(() => {
      const totals = this.#totalsOf(experiment);
      totals.rejected += entries;
      this.#storage.storeTotals(totals);
    });
  }

  /**
   * Counts anew from the event log, without what came by quarantined keys or belongs to excluded stretches of time, and
   * counts nothing of it that is still to come. What arrives meanwhile is part of it.
   * @returns whether it counts something else than before
   */
  async recount({ quarantines, exclusions }: LeftOut): Promise<boolean> {
    const leftOut = { quarantines, exclusions: joinStretches(this.#leftOut.exclusions, exclusions) };
    this.#storage.storeLeftOut(leftOut);
    this.#leftOut = leftOut;
    const experiment = this.#experiment;
    if (!experiment) return false;
    const recount = new Recount(experiment, leftOut);
    await recount.catchUp(openDatabase(this.env.DB), this.#storage, () => this.flush());
    // Another recount that began meanwhile knows more.
    if (this.#leftOut !== leftOut) return this.recount(this.#leftOut);
    const hasChanged = this.#transaction(() => {
      recount.apply(this.#storage.entriesAfter(recount.lastSequence));
      const before = this.#loadTotals(experiment);
      const totals = recount.totalsAfter(before);
      this.#storage.replaceUnits(recount.units);
      this.#storage.storeTotals(totals);
      this.#totals = totals;
      return countDifferently(totals, before);
    });
    this.#schedule();
    return hasChanged;
  }

  /** What these units have shown so far: their mean per metric. Units that were never seen are left out. */
  async history(hashes: readonly string[]): Promise<UnitHistory[]> {
    return historyOf(this.#storage.units(hashes));
  }

  /** The totals as they are now: units whose conversion windows have passed have entered. */
  async totals(): Promise<ExperimentTotals> {
    const experiment = this.#experiment;
    if (!experiment) return emptyTotals([]);
    if (windowLengths(experiment).length > 0)
      this.#transaction(() =>
        matureUnits(this.#storage, this.#loadTotals(experiment), experiment, Date.now()),
      );
    return this.#loadTotals(experiment);
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
    const flushed =
      isUnknown || this.#flush.isDue(now)
        ? this.#attempt(this.#flush, () => this.flush().then(() => "done"))
        : Promise.resolve();
    this.ctx.waitUntil(flushed);
    if (isUnknown || this.#reflex.isDue(now)) {
      await this.#attempt(this.#reflex, async () => (isDeciding ? await this.onFreshTotals(key) : "done"));
    }
    // No next alarm comes while this one runs, so a database that is silent must not keep it: the flush goes on behind it.
    await within(FLUSH_TIMEOUT_MILLISECONDS, flushed).catch(() => undefined);
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
    this.#setAlarm();
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
      this.#leftOut = this.#storage.leftOut();
    }
    return this.#loadTotals(this.#experiment);
  }

  /**
   * @param refused entries that the quota has no room for
   * @param returning by default, of the first phase, what later ones have booked: its late arrivals count there
   */
  #recordAll(
    { experiment, exposures, outcomes }: RecordBatch,
    refused: number,
    returning = this.#storage.unitsOfOtherPhases(0, hashesOf({ exposures, outcomes })),
  ): OutcomeStatus[] {
    const totals = this.#totalsOf(experiment);
    const hashes = hashesOf({ exposures, outcomes });
    const recording = new Recording(
      new Ledger(totals, (this.#experiment ?? experiment).metricDefinitions, this.#leftOut.exclusions),
      this.#storage.units(hashes),
      (unit) => this.#storage.olderFingerprints(unit),
      this.#leftOut.quarantines,
      returning,
    );
    const uncounted = () => totals.duplicates + totals.rejected + totals.lateCovariates;
    const uncountedBefore = uncounted();
    totals.rejected += refused;
    for (const exposure of exposures) recording.recordExposure(exposure);
    const statuses = outcomes.map((outcome) => recording.recordOutcome(outcome));

    if (recording.entries.length > 0) {
      this.#storage.storeUnits(recording.changed);
      this.#storage.appendToOutbox(recording.entries);
    }
    if (recording.entries.length > 0 || uncounted() > uncountedBefore) this.#storage.storeTotals(totals);
    return statuses;
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
      const { key, shard } = experiment;
      const chunk = { experiment: key, shard, ...plan, entries: this.#storage.chunkEntries(plan) };
      // One that is cut off here and arrives after all is repeated exactly, and ignored.
      await within(DATABASE_TIMEOUT_MILLISECONDS, writeEventChunk(database, chunk));
      this.ctx.storage.transactionSync(() => this.#storage.finishChunk(plan));
    }
  }
}
