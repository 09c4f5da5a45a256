import { DurableObject } from "cloudflare:workers";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import type { LeftOut } from "#event-log/quarantine.ts";
import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { within } from "#shared/within.ts";
import { openDatabases } from "#store/database.ts";
import { countAnew } from "./count-anew.ts";
import { DELAYS } from "./delays.ts";
import { OutboxFlush } from "./flush-outbox.ts";
import { GroupCommit } from "./group-commit.ts";
import { LedgerStorage, type RecountOrder } from "./ledger-storage.ts";
import { LiveLedger } from "./live-ledger.ts";
import { type HandedOver, handedOverBy, mergePhases } from "./merge-phases.ts";
import type { Checkpoint, CountedPhases, RecordBatch, RecordReply, UnitHistory } from "./messages.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { type KnownBatch, recordBatches } from "./record-batches.ts";
import { RetrySchedule } from "./retry-schedule.ts";
import { ledgerOf } from "./shard-number.ts";
import { historyOf } from "./unit-history.ts";

/**
 * Counts one shard of an experiment, in all phases of weights: its units, its totals, and an outbox to the event log. Whatever it
 * acknowledges is durable. What happens when new totals are in is up to the subclass, in a higher layer.
 */
export abstract class Aggregator extends DurableObject<Env> {
  readonly #storage: LedgerStorage;
  /** Loaded when it is first needed. */
  #live: LiveLedger | undefined;
  #experiment: AggregatedExperiment | undefined;
  readonly #reflex = new RetrySchedule(DELAYS.first, DELAYS.maximumReflex);
  readonly #flush = new RetrySchedule(DELAYS.first, DELAYS.maximumFlush);
  #leftOut: LeftOut;
  #alarmAt = Number.POSITIVE_INFINITY;
  readonly #outboxFlush: OutboxFlush;
  #merging: Promise<void> | undefined;
  #isMergePending: boolean;
  /** Among how many aggregators the experiment's units are divided, as the last recount was told. */
  #shards = 1;
  readonly #recounts = new OneAtATime(() => this.#countAnew());
  readonly #recordings = new GroupCommit((batches: readonly KnownBatch[]) => {
    const replies = this.#transaction(() =>
      recordBatches(this.env, this.#storage, (experiment) => this.#ledgerFor(experiment), batches),
    );
    this.#schedule();
    return replies;
  });

  constructor(context: DurableObjectState, environment: Env) {
    super(context, environment);
    this.#storage = new LedgerStorage(context.storage.sql);
    this.#experiment = this.#storage.experiment();
    this.#leftOut = this.#storage.leftOut();
    this.#isMergePending = this.#storage.isMergePending();
    this.#outboxFlush = new OutboxFlush(
      this.#storage.outbox,
      () => this.#load()?.write(),
      (work) => this.#transaction(work),
    );
    if (!this.#storage.outbox.isEmpty()) this.#schedule();
  }

  /** Called on the alarm after new data, beside the flush, and again soon where it fails or asks to be. */
  protected abstract onFreshTotals(experiment: AggregatedExperiment): Promise<"done" | "again">;

  /**
   * Records exposures and outcomes in one transaction, with others that come at the same time. Outcomes whose id this unit has
   * had before, in whatever phase, are recognized and not counted again, however often and in whatever order they arrive.
   */
  async record(batch: RecordBatch): Promise<RecordReply> {
    const experiment = this.#experiment ?? batch.experiment;
    if (!experiment) return { statuses: [], refusedExposures: [], needsExperiment: true };
    await this.#awaitMerge(experiment, batch.shards);
    return this.#recordings.run({ ...batch, experiment });
  }

  /** Counts entries that were refused before they came here. They leave no trace but this number. */
  async countRejected(experiment: AggregatedExperiment, phase: number, entries: number): Promise<void> {
    const refused = Array.from({ length: entries }, () => ({ phase }));
    this.#transaction(() => this.#ledgerFor(experiment).countRejected(refused));
    this.#schedule();
  }

  /** Judges what is new soon, as if it had come here: units of this experiment's other shards are. */
  async wake(experiment: AggregatedExperiment): Promise<void> {
    this.#transaction(() => this.#ledgerFor(experiment));
    this.#reflex.request(Date.now());
    this.#setAlarm();
  }

  /**
   * Counts anew from the event log, without what came by quarantined keys or belongs to excluded stretches of time, and
   * counts nothing of it that is still to come. What arrives meanwhile is part of it.
   * @param shards among how many aggregators the experiment's units are divided
   * @returns whether it counts something else than before, or than when that was last settled: an answer may have been lost
   */
  async recount(order: RecountOrder, shards: number): Promise<boolean> {
    await this.#awaitMerge(this.#experiment, shards);
    this.#shards = shards;
    this.#leftOut = this.#transaction(() => {
      this.#load()?.write();
      this.#live = undefined;
      return this.#storage.storeRecountOrder(order);
    });
    if (this.#experiment) await this.#recounts.run();
    return this.#storage.hasChange();
  }

  /** Forgets that counting anew has changed anything: that is noted. */
  async settleRecount(): Promise<void> {
    this.#storage.forgetChange();
  }

  async #countAnew(handedOver: readonly HandedOver[] = []): Promise<void> {
    const recounted = {
      storage: this.#storage,
      databases: openDatabases(this.env),
      leftOut: this.#leftOut,
      shards: this.#shards,
      ledger: () => this.#load(),
      flush: () => this.flush(),
      takeOver: (work: () => void) =>
        this.#transaction(() => {
          work();
          this.#live = undefined;
          this.#experiment = this.#storage.experiment();
        }),
    };
    await countAnew(recounted, handedOver);
    this.#schedule();
  }

  /**
   * Erases a unit from all that is counted here, and tells the event log. Judges nothing: that somebody asks for it is no
   * evidence. Repeating it is harmless, and leaves what the unit has done since.
   * @param at when it was asked for, epoch milliseconds
   * @returns the last sequence number of the log that may hold anything of the unit; undefined where nothing was ever counted
   * @throws while the log takes nothing
   */
  async erase(unit: string, at: number, shards = 1): Promise<number | undefined> {
    const experiment = this.#experiment;
    if (!experiment) return undefined;
    await this.#awaitMerge(experiment, shards);
    this.#shards = shards;
    if (this.#storage.canTallyUnits()) await this.#recounts.run();
    const sequence = this.#transaction(() => this.#ledgerFor(experiment).erase(unit, at, Date.now()));
    this.#flush.request(Date.now());
    this.#setAlarm();
    await this.flush();
    if (this.#storage.outbox.flushedSequence() < sequence) throw new Error("the event log lacks an erasure");
    return sequence;
  }

  /** Forgets a unit that is counted elsewhere by now: another aggregator has taken over the totals from here. */
  async forget(unit: string): Promise<void> {
    this.#transaction(() => this.#load()?.forget(unit));
  }

  /** The last sequence number of an erasure of a unit that there was anything of; 0 where there was none. */
  async lastErasure(): Promise<number> {
    return this.#storage.erased.lastCountedSequence();
  }

  /** What these units have shown so far: their mean per metric. Units that were never seen are left out. */
  async history(hashes: readonly string[], shards = 1): Promise<UnitHistory[]> {
    await this.#awaitMerge(this.#experiment, shards);
    return historyOf(this.#load()?.unitsOf(hashes) ?? new Map());
  }

  /** The totals by phase as they are now: units whose conversion windows have passed have entered. */
  async totals(shards = 1): Promise<ExperimentTotals[]> {
    return (await this.counted(shards)).phases;
  }

  /** The same, with the place in the event log that they correspond to; the log may not have it yet. */
  async counted(shards = 1): Promise<CountedPhases> {
    await this.#awaitMerge(this.#experiment, shards);
    const ledger = this.#load();
    if (ledger) this.#transaction(() => ledger.mature(Date.now()));
    const phases = [...(this.#load()?.phases ?? [emptyTotals([])])];
    return { phases, sequence: this.#storage.outbox.lastSequence() };
  }

  /** The totals together with the place in the event log that they correspond to; the log is flushed that far. */
  async checkpoint(shards = 1): Promise<Checkpoint> {
    const { phases, sequence } = structuredClone(await this.counted(shards));
    this.#outboxFlush.keepBoundary(sequence);
    await this.flush();
    return { phases, sequence, unlogged: this.#storage.outbox.unlogged() };
  }

  /** Empties the outbox into the event log, and tells what was counted that leaves no trace there. */
  async handOver(): Promise<HandedOver[]> {
    await this.flush();
    return (this.#load()?.phases ?? []).map(handedOverBy);
  }

  /** Empties the outbox into the event log. What comes meanwhile is left to the next flush, so that this one ends. */
  async flush(): Promise<void> {
    if (this.#experiment) await this.#outboxFlush.run(this.env, this.#experiment);
  }

  override async alarm(): Promise<void> {
    // What this alarm was set for is due, though clocks may differ by a little.
    const now = Number.isFinite(this.#alarmAt) ? Math.max(Date.now(), this.#alarmAt) : Date.now();
    this.#alarmAt = Number.POSITIVE_INFINITY;
    const experiment = this.#experiment;
    if (!experiment) return;
    // An object that was evicted in between knows only that something was due.
    const isUnknown = !this.#reflex.isScheduled && !this.#flush.isScheduled;
    const flushed =
      isUnknown || this.#flush.isDue(now)
        ? this.#attempt(this.#flush, () => this.flush().then(() => "done"))
        : Promise.resolve();
    this.ctx.waitUntil(flushed);
    if (isUnknown || this.#reflex.isDue(now)) {
      await this.#attempt(this.#reflex, async () =>
        // What nobody vouches for decides nothing.
        ledgerOf(experiment.shard) === "deciding" ? await this.onFreshTotals(experiment) : "done",
      );
    }
    // No next alarm comes while this one runs, so a database that is silent must not keep it: the flush goes on behind it.
    await within(DELAYS.flushTimeout, flushed).catch(() => undefined);
    this.#setAlarm();
  }

  /** The platform gives up on a failing alarm after a few tries; neither harm nor an outbox must ever be given up on. */
  async #attempt(schedule: RetrySchedule, work: () => Promise<"done" | "again">): Promise<void> {
    await schedule.attempt(work);
    this.#setAlarm();
  }

  #schedule(): void {
    this.#reflex.request(Date.now());
    this.#flush.request(Date.now());
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
      this.#live = undefined;
      this.#storage.outbox.forget();
      this.#experiment = this.#storage.experiment();
      throw cause;
    }
  }

  #load(): LiveLedger | undefined {
    const experiment = this.#experiment;
    return this.#live ?? (experiment && this.#transaction(() => this.#ledgerFor(experiment)));
  }

  /** The ledger of the experiment, which the first call makes known. */
  #ledgerFor(experiment: AggregatedExperiment): LiveLedger {
    if (!this.#experiment) {
      // Whoever makes it known may be an edge that does not know of a metric that was added a moment ago.
      const complete = this.#storage.withOrderedDefinitions(experiment);
      this.#storage.storeExperiment(complete);
      this.#experiment = complete;
      this.#leftOut = this.#storage.leftOut();
    }
    this.#live ??= new LiveLedger(this.#storage, this.#experiment, this.#leftOut);
    return this.#live;
  }

  /** @throws TimeoutError where it takes long: it goes on, and whoever asks again finds it further */
  async #awaitMerge(experiment: AggregatedExperiment | undefined, shards = 1): Promise<void> {
    if (experiment && this.#isMergePending)
      await within(DELAYS.mergeTimeout, this.#merge(experiment, shards));
  }

  /** Takes over what earlier versions have counted elsewhere, before anything else is counted. */
  async #merge(experiment: AggregatedExperiment, shards: number): Promise<void> {
    this.#merging ??= mergePhases(this.env, experiment, shards, async (handedOver) => {
      this.#transaction(() => this.#ledgerFor(experiment));
      this.#shards = shards;
      await this.#countAnew(handedOver);
    })
      .then(() => {
        this.#storage.finishMerge();
        this.#isMergePending = false;
      })
      .finally(() => {
        this.#merging = undefined;
      });
    return this.#merging;
  }
}
