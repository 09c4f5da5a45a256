import { within } from "#shared/within.ts";
import { DELAYS } from "./delays.ts";
import type { PlannedLook } from "./messages.ts";
import { RetrySchedule } from "./retry-schedule.ts";

/** What an aggregator does by its alarm. */
export interface Tasks {
  /** Judges what is new. What fails, or asks for it, is done again soon. */
  judge(): Promise<"done" | "again">;
  /** Empties the outbox into the event log. */
  flush(): Promise<void>;
  /** Takes a look that was put off. Reports its failures itself. */
  look(planned: PlannedLook): Promise<void>;
}

/** Where a look that was put off is remembered, so that it is not lost with the object's memory. */
export interface PlannedLookStorage {
  plannedLook(): PlannedLook | undefined;
  storePlannedLook(planned: PlannedLook): void;
  forgetPlannedLook(): void;
}

/** Does an aggregator's background work, each kind at its time, with the one alarm that an object has. */
export class BackgroundWork {
  readonly #context: Pick<DurableObjectState, "storage" | "waitUntil">;
  readonly #storage: PlannedLookStorage;
  readonly #tasks: Tasks;
  readonly #reflex = new RetrySchedule(DELAYS.first, DELAYS.maximumReflex);
  readonly #flush = new RetrySchedule(DELAYS.first, DELAYS.maximumFlush);
  #planned: PlannedLook | undefined;
  #alarmAt = Number.POSITIVE_INFINITY;

  constructor(
    context: Pick<DurableObjectState, "storage" | "waitUntil">,
    storage: PlannedLookStorage,
    tasks: Tasks,
  ) {
    this.#context = context;
    this.#storage = storage;
    this.#tasks = tasks;
    this.#planned = storage.plannedLook();
  }

  /** Judges and flushes what has just come in, soon. */
  request(): void {
    this.#reflex.request(Date.now());
    this.#flush.request(Date.now());
    this.#setAlarm();
  }

  requestJudging(): void {
    this.#reflex.request(Date.now());
    this.#setAlarm();
  }

  requestFlush(): void {
    this.#flush.request(Date.now());
    this.#setAlarm();
  }

  /** Puts a look off. One that waits already is taken at its own time: asking again and again must not keep it away. */
  planLook(planned: PlannedLook): void {
    if (!this.#planned) {
      this.#storage.storePlannedLook(planned);
      this.#planned = planned;
    }
    this.#setAlarm();
  }

  /** Does what is due, when the alarm goes off. */
  async run(): Promise<void> {
    // What this alarm was set for is due, though clocks may differ by a little.
    const now = Number.isFinite(this.#alarmAt) ? Math.max(Date.now(), this.#alarmAt) : Date.now();
    this.#alarmAt = Number.POSITIVE_INFINITY;
    const planned = this.#takePlanned(now);
    // An object that was evicted in between knows only that something was due. A look judges all there is.
    const isUnknown = !planned && !this.#reflex.isScheduled && !this.#flush.isScheduled;
    const flushed =
      isUnknown || this.#flush.isDue(now)
        ? this.#attempt(this.#flush, () => this.#tasks.flush().then(() => "done"))
        : Promise.resolve();
    const looked = planned ? this.#tasks.look(planned) : Promise.resolve();
    const behind = Promise.all([flushed, looked]);
    this.#context.waitUntil(behind);
    if (isUnknown || this.#reflex.isDue(now)) await this.#attempt(this.#reflex, this.#tasks.judge);
    // No next alarm comes while this one runs, so neither a database that is silent nor a long look may keep it.
    await within(DELAYS.behindAlarm, behind).catch(() => undefined);
    this.#setAlarm();
  }

  /** The look that is due, if one is. It is forgotten before it is taken: the schedule asks again for one that is cut off. */
  #takePlanned(now: number): PlannedLook | undefined {
    const planned = this.#planned;
    if (!planned || planned.dueAt > now) return undefined;
    this.#storage.forgetPlannedLook();
    this.#planned = undefined;
    return planned;
  }

  /** The platform gives up on a failing alarm after a few tries; neither harm nor an outbox must ever be given up on. */
  async #attempt(schedule: RetrySchedule, work: () => Promise<"done" | "again">): Promise<void> {
    await schedule.attempt(work);
    this.#setAlarm();
  }

  /** Not awaited: without an await in between, the alarm and the writes before it become durable together. */
  #setAlarm(): void {
    const lookAt = this.#planned?.dueAt ?? Number.POSITIVE_INFINITY;
    const at = Math.min(this.#reflex.dueAt, this.#flush.dueAt, lookAt);
    if (at >= this.#alarmAt) return;
    this.#alarmAt = at;
    this.#context.waitUntil(this.#context.storage.setAlarm(at));
  }
}
