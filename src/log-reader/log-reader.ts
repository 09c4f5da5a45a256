import { DurableObject } from "cloudflare:workers";
import { log } from "#shared/log.ts";
import { failure, ok, type Result } from "#shared/result.ts";
import { within } from "#shared/within.ts";
import { openDatabases } from "#store/database.ts";
import { hasErasuresSince, type TakenBasis, takeBasis } from "./basis.ts";
import { programOf } from "./programs/index.ts";
import { type LogQuestion, logQuestionSchema } from "./question.ts";
import type { Reading } from "./reading.ts";
import { placeText, progressOf, RunSlice } from "./run.ts";
import { beginRun, endRun, noteRun, type Run, readBasis, readRun, resultText } from "./run-state.ts";
import { RunStorage } from "./run-storage.ts";

/** One invocation may use the processor for 30 s at most; what it has not stored is to be repeated where it is ended. */
const SLICE_MILLISECONDS = 3_000;

/** One invocation may ask a database 1,000 times; a reading is of ten chunks, of which each may hold a single entry. */
const SLICE_READS = 200;

/** How long whoever asks waits before being told to ask again. */
const ANSWER_MILLISECONDS = 5_000;

/** So long a result that somebody was told to wait for is given, though the log has grown since. */
const AWAITED_MILLISECONDS = 60_000;

/** How long a result is kept, for whoever asks while the log says the same. */
const KEPT_MILLISECONDS = 600_000;

/** After so many slices in a row that came no further, a run has failed. */
const MAXIMUM_ATTEMPTS = 6;
const RETRY_MILLISECONDS = 500;

/** After so many times it no longer begins anew. */
const MAXIMUM_RESTARTS = 5;

/** A time that has passed by every clock. */
const AT_ONCE = 1;

/**
 * Reads the log of an experiment for one question, apart from everything that assigns and counts: in slices under alarms, each of
 * which stores its work, so that neither the size of a log nor the end of an isolate ends it. All who ask the same join one run.
 */
export class LogReader extends DurableObject<Env> {
  readonly #storage: RunStorage;
  #beginning: Promise<Result<null>> | undefined;
  #ending = Promise.withResolvers<void>();

  constructor(context: DurableObjectState, environment: Env) {
    super(context, environment);
    this.#storage = new RunStorage(context.storage);
  }

  /** The answer to the question that this object is named for, or how far it is. */
  async read(question: LogQuestion): Promise<Reading> {
    const asked = logQuestionSchema.parse(question);
    this.#storage.open();
    const run = readRun(this.#storage);
    if (run?.state === "running") await this.#goOn();
    else if (!run || !isStillGiven(run, Date.now())) {
      this.#beginning ??= this.#begin(asked).finally(() => {
        this.#beginning = undefined;
      });
      const begun = await this.#beginning;
      if (!begun.ok) return { state: "done", result: JSON.stringify(failure(begun.error)) };
    }
    if (readRun(this.#storage)?.state === "running")
      await within(ANSWER_MILLISECONDS, this.#ending.promise).catch(() => undefined);
    return this.#answer();
  }

  override async alarm(): Promise<void> {
    this.#storage.open();
    const run = readRun(this.#storage);
    if (run?.state === "running") await this.#attempt(run);
    else if (!this.#beginning) await this.ctx.storage.deleteAll();
  }

  #takeBasis(question: LogQuestion): Promise<Result<TakenBasis>> {
    return takeBasis(openDatabases(this.env), this.env.AGGREGATOR, question, Date.now());
  }

  /**
   * Begins a run, unless one has ended whose result is still right. However this ends, an alarm is set: without one what is stored
   * would stay for good.
   */
  async #begin(question: LogQuestion): Promise<Result<null>> {
    try {
      return await this.#beginRun(question);
    } finally {
      if ((await this.ctx.storage.getAlarm()) === null)
        await this.ctx.storage.setAlarm(Date.now() + KEPT_MILLISECONDS);
    }
  }

  async #beginRun(question: LogQuestion): Promise<Result<null>> {
    const taken = await this.#takeBasis(question);
    if (!taken.ok) return taken;
    const before = readRun(this.#storage);
    if (before?.state === "done" && before.fingerprint === taken.value.basis.fingerprint) return ok(null);
    beginRun(this.#storage, taken.value);
    await this.ctx.storage.setAlarm(AT_ONCE);
    return ok(null);
  }

  /** The platform gives up on an alarm whose invocations were ended again and again. */
  async #goOn(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(AT_ONCE);
  }

  async #attempt(run: Run): Promise<void> {
    // What has come forward since is no repetition of the same fault.
    const place = placeText(this.#storage);
    const attempts = run.place === place ? run.attempts + 1 : 1;
    if (attempts > MAXIMUM_ATTEMPTS) {
      this.#end(run, { state: "failed" });
      return;
    }
    noteRun(this.#storage, run, { place, attempts });
    try {
      if ((await this.#takeSlice()) === "rewritten") await this.#beginAnew();
    } catch (cause) {
      log("error", "a slice of a log reader failed", { cause });
      await this.ctx.storage.setAlarm(Date.now() + RETRY_MILLISECONDS * 2 ** attempts);
    }
  }

  async #takeSlice(): Promise<"done" | "again" | "rewritten"> {
    const basis = readBasis(this.#storage);
    const program = programOf(basis, this.#storage);
    const began = Date.now();
    const slice = new RunSlice(
      openDatabases(this.env),
      this.#storage,
      program,
      basis.quarantines,
      ({ reads }) => Date.now() - began > SLICE_MILLISECONDS || reads > SLICE_READS,
    );
    const end = await slice.work();
    if (end === "again") await this.ctx.storage.setAlarm(AT_ONCE);
    if (end !== "done") return end;
    if (await hasErasuresSince(this.env.AGGREGATOR, basis)) return "rewritten";
    // Read again: somebody may have been told to wait meanwhile.
    const run = readRun(this.#storage);
    if (run) this.#end(run, { state: "done", result: program.conclude() });
    return end;
  }

  /** A unit was erased meanwhile: what was read of the log is no longer what the totals are of. */
  async #beginAnew(): Promise<void> {
    const taken = await this.#takeBasis(readBasis(this.#storage).question);
    const run = readRun(this.#storage);
    if (!run) return;
    const restarts = run.restarts + 1;
    if (!taken.ok) this.#end(run, { state: "done", result: taken });
    else if (restarts > MAXIMUM_RESTARTS) this.#end(run, { state: "failed" });
    else {
      beginRun(this.#storage, taken.value, { restarts, isAwaited: run.isAwaited });
      await this.ctx.storage.setAlarm(AT_ONCE);
    }
  }

  #end(run: Run, end: { state: "done" | "failed"; result?: unknown }): void {
    const now = Date.now();
    endRun(this.#storage, run, { ...end, now });
    this.ctx.waitUntil(this.ctx.storage.setAlarm(now + KEPT_MILLISECONDS));
    this.#ending.resolve();
    this.#ending = Promise.withResolvers();
  }

  #answer(): Reading {
    const run = readRun(this.#storage);
    const result = resultText(this.#storage);
    if (run?.state === "done" && result !== undefined) return { state: "done", result };
    if (run?.state !== "running") return { state: "failed" };
    if (!run.isAwaited) noteRun(this.#storage, run, { isAwaited: true });
    const program = programOf(readBasis(this.#storage), this.#storage);
    return { state: "running", progress: progressOf(program, this.#storage) };
  }
}

/** Whether the end of a run is told again without a look at the log. */
function isStillGiven({ state, isAwaited, endedAt }: Run, now: number): boolean {
  return state !== "running" && isAwaited && endedAt !== null && now - endedAt < AWAITED_MILLISECONDS;
}
