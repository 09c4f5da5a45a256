import * as z from "zod";
import { decodeEntries, encodeBatch } from "#event-log/codec.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import type { Meta } from "./meta.ts";

/** A chunk of the event log is read as a whole, and stays far below what a value may hold also where it does not compress. */
const MAXIMUM_CHUNK_BYTES = 1_000_000;
const MAXIMUM_CHUNK_ENTRIES = 5_000;

/** So much of the most is left when something is given up, so that it is not for every row anew. */
const KEPT_SHARE = 0.9;

/** A row is part of a chunk as a whole. */
const MAXIMUM_ROW_BYTES = 500_000;

/** So many rows are read at once, of at most so many bytes each. */
const ROWS_AT_ONCE = 10;

/** Entries that were recorded together. */
export interface OutboxRow {
  sequence: number;
  entries: LogEntry[];
}

const chunkPlanSchema = z.strictObject({ sequence: z.int(), lastSequence: z.int() });
/** The first and the last row of a chunk. */
export type ChunkPlan = z.infer<typeof chunkPlanSchema>;

const plannedRowSchema = z.strictObject({ sequence: z.int(), size: z.int(), bytes: z.int() });

/**
 * What the outbox holds at most while the event log takes nothing, in bytes. Beyond it the oldest entries are given up: they are
 * counted, and not logged.
 */
export const MAXIMUM_BACKLOG_BYTES = 1_000_000_000;

/** Entries as text that fits a row each. One that alone is larger stays alone. */
function* rowsOf(entries: readonly LogEntry[]): Generator<{ text: string; size: number }> {
  const text = encodeBatch(entries);
  if (entries.length === 1 || Buffer.byteLength(text) <= MAXIMUM_ROW_BYTES) {
    yield { text, size: entries.length };
    return;
  }
  const middle = Math.ceil(entries.length / 2);
  yield* rowsOf(entries.slice(0, middle));
  yield* rowsOf(entries.slice(middle));
}

/**
 * Entries that the event log does not have yet, or that the units and totals in the database do not hold yet: what makes
 * an acknowledged batch durable is its row here.
 */
export class Outbox {
  readonly #sql: SqlStorage;
  readonly #meta: Meta;
  #lastSequence: number | undefined;
  #bytes: number | undefined;

  constructor(sql: SqlStorage, meta: Meta) {
    this.#sql = sql;
    this.#meta = meta;
  }

  append(entries: readonly LogEntry[]): void {
    for (const { text, size } of rowsOf(entries)) {
      // Numbered by hand: SQLite would start over once the outbox is empty, and the event log would ignore the repetition.
      const sequence = this.lastSequence() + 1;
      this.#sql.exec("INSERT INTO outbox (sequence, entries, size) VALUES (?, ?, ?)", sequence, text, size);
      this.#lastSequence = sequence;
      if (this.#bytes !== undefined) this.#bytes += text.length;
    }
  }

  /** The rows that follow one, in order, of which only a few are in memory. Units may be written meanwhile. */
  *rowsAfter(sequence: number): Generator<OutboxRow> {
    for (let after = sequence; ; ) {
      const rows = this.#sql
        .exec(
          "SELECT sequence, entries FROM outbox WHERE sequence > ? ORDER BY sequence LIMIT ?",
          after,
          ROWS_AT_ONCE,
        )
        .toArray();
      for (const row of rows) {
        after = Number(row.sequence);
        yield { sequence: after, entries: decodeEntries(String(row.entries)) };
      }
      if (rows.length < ROWS_AT_ONCE) return;
    }
  }

  isEmpty(): boolean {
    return this.#sql.exec("SELECT 1 FROM outbox LIMIT 1").toArray().length === 0;
  }

  /** The newest row ever written; rows that have been flushed keep their numbers. */
  lastSequence(): number {
    if (this.#lastSequence === undefined) {
      const pending = this.#sql.exec("SELECT MAX(sequence) AS last FROM outbox").one().last;
      this.#lastSequence = pending === null ? this.flushedSequence() : Number(pending);
    }
    return this.#lastSequence;
  }

  /** The newest row that is known to be in the event log. */
  flushedSequence(): number {
    return Number(this.#meta.read("flushed_sequence") ?? 0);
  }

  /** How many entries were given up because the event log took nothing for long. */
  unlogged(): number {
    return Number(this.#meta.read("unlogged_entries") ?? 0);
  }

  /** @throws when the event log lacks entries that are counted: then nothing can be counted anew from it */
  requireComplete(): void {
    const unlogged = this.unlogged();
    if (unlogged > 0)
      throw new Error(`${unlogged} entries were counted and not logged: they cannot be counted anew`);
  }

  /**
   * Gives up the oldest entries while there are too many, but for those of a planned chunk, which may be in the event log
   * already. All of them are part of the stored totals.
   * @param maximumBytes of what may stay
   * @param before the first row that has to stay whatever its size
   */
  trim(maximumBytes: number, before: number): void {
    this.#bytes ??= this.#bytesUntil(Number.MAX_SAFE_INTEGER);
    if (this.#bytes <= maximumBytes) return;
    const planned = this.#plan()?.lastSequence ?? 0;
    let last = planned;
    let entries = 0;
    for (const row of this.#sql.exec(
      "SELECT sequence, size, length(entries) AS bytes FROM outbox WHERE sequence > ? AND sequence < ? ORDER BY sequence",
      planned,
      before,
    )) {
      if (this.#bytes <= maximumBytes * KEPT_SHARE) break;
      const { sequence, size, bytes } = plannedRowSchema.parse(row);
      last = sequence;
      entries += size;
      this.#bytes -= bytes;
    }
    if (last === planned) return;
    this.#sql.exec("DELETE FROM outbox WHERE sequence > ? AND sequence <= ?", planned, last);
    this.#meta.write("unlogged_entries", String(this.unlogged() + entries));
  }

  #plan(): ChunkPlan | undefined {
    const stored = this.#meta.read("chunk_plan");
    return stored === undefined ? undefined : chunkPlanSchema.parse(JSON.parse(stored));
  }

  #bytesUntil(sequence: number): number {
    const sum = "SELECT sum(length(entries)) AS bytes FROM outbox WHERE sequence <= ?";
    return Number(this.#sql.exec(sum, sequence).one().bytes ?? 0);
  }

  /** Forgets what is remembered of the table: a transaction was rolled back. */
  forget(): void {
    this.#lastSequence = undefined;
    this.#bytes = undefined;
  }

  /**
   * Decides what the next chunk holds and writes the decision down: after a crash in the middle of a flush the same
   * rows go out under the same number, and the event log ignores the repetition.
   * @param boundaries no chunk reaches over these rows
   * @param maximumEntries fewer than usual where a chunk could not be stored
   */
  planChunk(boundaries: ReadonlySet<number>, maximumEntries = MAXIMUM_CHUNK_ENTRIES): ChunkPlan | undefined {
    const planned = this.#plan();
    if (planned) return planned;
    let plan: ChunkPlan | undefined;
    let entries = 0;
    let chunkBytes = 0;
    for (const row of this.#sql.exec(
      "SELECT sequence, size, length(CAST(entries AS BLOB)) AS bytes FROM outbox ORDER BY sequence",
    )) {
      const { sequence, size, bytes } = plannedRowSchema.parse(row);
      entries += size;
      chunkBytes += bytes;
      if (plan && (entries > maximumEntries || chunkBytes > MAXIMUM_CHUNK_BYTES)) break;
      if (plan && boundaries.has(plan.lastSequence)) break;
      plan = { sequence: plan?.sequence ?? sequence, lastSequence: sequence };
    }
    if (plan) this.#meta.write("chunk_plan", JSON.stringify(plan));
    return plan;
  }

  /** The batches of a planned chunk, as a JSON array. Rows of earlier versions are arrays of records themselves. */
  chunkText({ sequence, lastSequence }: ChunkPlan): string {
    const rows = this.#sql
      .exec(
        "SELECT entries FROM outbox WHERE sequence BETWEEN ? AND ? ORDER BY sequence",
        sequence,
        lastSequence,
      )
      .toArray()
      .map(({ entries }) => String(entries));
    const batches = rows.map((text) => (text.startsWith("[") ? encodeBatch(decodeEntries(text)) : text));
    return `[${batches.join(",")}]`;
  }

  /** Forgets what has reached the event log. */
  finishChunk({ lastSequence }: ChunkPlan): void {
    if (this.#bytes !== undefined) this.#bytes -= this.#bytesUntil(lastSequence);
    this.#sql.exec("DELETE FROM outbox WHERE sequence <= ?", lastSequence);
    this.#meta.write("flushed_sequence", String(lastSequence));
    this.#meta.remove("chunk_plan");
  }
}
