import * as z from "zod";
import { fnv32a } from "#assigner/hash.ts";
import { CHUNKS_PER_READ } from "#event-log/chunks-after.ts";
import { applyWithin, type LogPass } from "#event-log/log-pass.ts";
import type { LogSource } from "#event-log/log-source.ts";
import { isQuarantined, type Quarantine } from "#event-log/quarantine.ts";
import { parseChunk } from "#event-log/read.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import { within } from "#shared/within.ts";
import type { Databases } from "#store/database.ts";
import { type EventChunk, readEventChunks } from "#store/event-chunks.ts";
import { type Program, type Step, stateName } from "./program.ts";
import type { RunStorage } from "./run-storage.ts";

/** Between so many entries others get their turn, whom a local server has on the same thread. */
const ENTRIES_AT_ONCE = 100;

/**
 * How a slice ends: with all steps done, with more to do, or where a chunk that was half read is no longer what it was, because
 * a unit was erased from it.
 */
export type SliceEnd = "done" | "again" | "rewritten";

/** How long a run waits for the log. */
const DATABASE_TIMEOUT_MILLISECONDS = 10_000;

const placeSchema = z.strictObject({
  step: z.int().nonnegative(),
  source: z.int().nonnegative(),
  /** The last chunk of the source that is done. */
  after: z.int().nonnegative(),
  /** So many entries of the next one are done too. */
  done: z.int().nonnegative(),
  /** What that chunk is recognized by; null where nothing of one is done. */
  chunk: z.string().nullable(),
});
type Place = z.infer<typeof placeSchema>;

/** What a slice has done. */
export interface Used {
  entries: number;
  /** Of the log's database. */
  reads: number;
}

const PLACE = "place";
const START: Place = { step: 0, source: 0, after: 0, done: 0, chunk: null };

/** So much of a source counts for the progress, in rows of the outbox; what has no last row is older, and short. */
function weightOf({ until = 1 }: LogSource): number {
  return Math.max(1, until);
}

/** How far a run has come, from 0 to 1. */
export function progressOf({ steps }: Program, storage: RunStorage): number {
  const place = storage.read(PLACE, placeSchema) ?? START;
  let [done, all] = [0, 0];
  for (const [step, { sources }] of steps.entries()) {
    for (const [index, source] of sources.entries()) {
      const weight = weightOf(source);
      all += weight;
      if (step < place.step || (step === place.step && index < place.source)) done += weight;
      else if (step === place.step && index === place.source) done += Math.min(weight, place.after);
    }
  }
  return all === 0 ? 1 : done / all;
}

/** Where a run is, as text to compare. */
export function placeText(storage: RunStorage): string {
  return storage.text(PLACE) ?? "";
}

function markOfChunk({ sequence, entries }: EventChunk): string {
  return `${sequence}/${entries.length}/${fnv32a(entries)}`;
}

const yieldTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/**
 * One slice of a run: goes on from where the last one has stored its work, and stores its own. Cut off anywhere, the next one
 * repeats what was not stored.
 */
export class RunSlice {
  readonly #databases: Databases;
  readonly #storage: RunStorage;
  readonly #program: Program;
  readonly #quarantines: readonly Quarantine[];
  readonly #isUsedUp: (used: Used) => boolean;
  #place: Place;
  readonly #used: Used = { entries: 0, reads: 0 };

  /** @param isUsedUp whether a slice that has done so much is to end */
  constructor(
    databases: Databases,
    storage: RunStorage,
    program: Program,
    quarantines: readonly Quarantine[],
    isUsedUp: (used: Used) => boolean,
  ) {
    this.#databases = databases;
    this.#storage = storage;
    this.#program = program;
    this.#quarantines = quarantines;
    this.#isUsedUp = isUsedUp;
    this.#place = storage.read(PLACE, placeSchema) ?? START;
  }

  async work(): Promise<SliceEnd> {
    for (;;) {
      const step = this.#program.steps[this.#place.step];
      if (!step) return "done";
      const end = await this.#take(step);
      if (end !== "done") return end;
    }
  }

  /** @returns "done" for this step */
  async #take(step: Step): Promise<SliceEnd> {
    const pass = this.#withoutQuarantined(step.open());
    for (;;) {
      const source = step.sources[this.#place.source];
      if (!source || pass.isOver) break;
      const end = await this.#read(source, pass);
      if (end === "again") this.#store(pass);
      if (end !== "done") return end;
      this.#place = { ...this.#place, source: this.#place.source + 1, after: 0, done: 0, chunk: null };
    }
    const next = this.#place.step + 1;
    this.#store(pass, { ...START, step: next });
    return "done";
  }

  /** @returns "done" for this source */
  async #read(source: LogSource, pass: LogPass): Promise<SliceEnd> {
    const { experiment, shard, until = Number.POSITIVE_INFINITY } = source;
    for (;;) {
      const position = { experiment, shard, after: this.#place.after, limit: CHUNKS_PER_READ };
      const chunks = await within(DATABASE_TIMEOUT_MILLISECONDS, readEventChunks(this.#databases, position));
      this.#used.reads += 1;
      for (const chunk of chunks) {
        if (chunk.sequence > until) return "done";
        const end = await this.#countChunk(chunk, source, pass);
        if (end !== "done") return end;
        this.#place = { ...this.#place, after: chunk.sequence, done: 0, chunk: null };
        if (pass.isOver) return "done";
      }
      if (chunks.length < CHUNKS_PER_READ) return "done";
    }
  }

  /** @returns "done" for this chunk */
  async #countChunk(
    chunk: EventChunk,
    { phase, until = Number.POSITIVE_INFINITY }: LogSource,
    pass: LogPass,
  ): Promise<SliceEnd> {
    const mark = markOfChunk(chunk);
    if (this.#place.chunk !== null && this.#place.chunk !== mark) return "rewritten";
    this.#place = { ...this.#place, chunk: mark };
    // A place in the log that was no end when its chunk was made may lie within it.
    const rows = chunk.lastSequence > until ? until - chunk.sequence + 1 : undefined;
    const entries = parseChunk(chunk, phase, rows);
    while (this.#place.done < entries.length) {
      if (this.#isUsedUp(this.#used)) return "again";
      const { done } = this.#place;
      const batch = entries.slice(done, done + ENTRIES_AT_ONCE);
      applyWithin(pass, batch, (applied) => this.#store(pass, { ...this.#place, done: done + applied }));
      this.#place = { ...this.#place, done: done + batch.length };
      this.#used.entries += batch.length;
      await yieldTurn();
    }
    return "done";
  }

  #withoutQuarantined(pass: LogPass): LogPass {
    const quarantines = this.#quarantines;
    if (quarantines.length === 0) return pass;
    return {
      get isFull() {
        return pass.isFull;
      },
      get isOver() {
        return pass.isOver;
      },
      load: (entries) => pass.load(entries),
      apply: (entry: LogEntry) => {
        if (!isQuarantined(entry, quarantines)) pass.apply(entry);
      },
      write: () => pass.write(),
      state: () => pass.state(),
    };
  }

  /** Units, what they come to, and the place that both correspond to, all at once. */
  #store(pass: LogPass, place = this.#place): void {
    this.#storage.transaction(() => {
      pass.write();
      this.#storage.write(stateName(this.#place.step), pass.state());
      this.#storage.write(PLACE, place);
      if (place.step === this.#place.step) return;
      if (!this.#program.steps[place.step]?.keepsUnits && place.step < this.#program.steps.length)
        this.#storage.forgetUnits();
    });
    this.#place = place;
  }
}
