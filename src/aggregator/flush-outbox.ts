import type { AggregatedExperiment } from "#ledger/aggregated-experiment.ts";
import { within } from "#shared/within.ts";
import { openDatabase } from "#store/database.ts";
import { writeEventChunk } from "#store/event-chunks.ts";
import { packJson } from "#store/pack.ts";
import { MAXIMUM_BACKLOG_BYTES, type Outbox } from "./storage/outbox.ts";

/** How long a flush waits for the database. */
const DATABASE_TIMEOUT_MILLISECONDS = 10_000;

type Transaction = <Value>(work: () => Value) => Value;

/** Moves an outbox into the event log, chunk by chunk. */
export class OutboxFlush {
  readonly #outbox: Outbox;
  readonly #count: () => void;
  readonly #transaction: Transaction;
  #running: Promise<void> | undefined;
  /** Places that a checkpoint refers to. */
  readonly #boundaries = new Set<number>();

  /**
   * @param count brings everything in the outbox into the stored totals
   * @param transaction does storage work atomically
   */
  constructor(outbox: Outbox, count: () => void, transaction: Transaction) {
    this.#outbox = outbox;
    this.#count = count;
    this.#transaction = transaction;
  }

  /** Lets no chunk reach over a row, until it is flushed. */
  keepBoundary(sequence: number): void {
    this.#boundaries.add(sequence);
  }

  /** Empties the outbox. What comes meanwhile is left to the next time, so that this one ends. */
  async run(environment: Pick<Env, "LOG">, experiment: AggregatedExperiment): Promise<void> {
    const until = this.#outbox.lastSequence();
    // Also where nothing is to be flushed: some numbers leave no trace but the totals.
    this.#transaction(this.#count);
    // One that goes on may have begun before the last rows came: then the next one has them.
    for (let round = 0; round < 2 && this.#outbox.flushedSequence() < until; round++) {
      this.#running ??= this.#flushUntil(this.#outbox.lastSequence(), environment, experiment).finally(() => {
        this.#running = undefined;
      });
      await this.#running;
    }
  }

  async #flushUntil(
    until: number,
    { LOG }: Pick<Env, "LOG">,
    { key, shard }: AggregatedExperiment,
  ): Promise<void> {
    const eventLog = openDatabase(LOG);
    while (this.#outbox.flushedSequence() < until) {
      const plan = this.#transaction(() => {
        this.#count();
        this.#outbox.trim(MAXIMUM_BACKLOG_BYTES, this.#outbox.lastSequence());
        return this.#outbox.planChunk(this.#boundaries);
      });
      if (!plan) break;
      const chunk = { experiment: key, shard, ...plan, entries: packJson(this.#outbox.chunkText(plan)) };
      // One that is cut off here and arrives after all is repeated exactly, and ignored.
      await within(DATABASE_TIMEOUT_MILLISECONDS, writeEventChunk({ eventLog }, chunk));
      this.#transaction(() => this.#outbox.finishChunk(plan));
    }
    for (const sequence of this.#boundaries) if (sequence <= until) this.#boundaries.delete(sequence);
  }
}
