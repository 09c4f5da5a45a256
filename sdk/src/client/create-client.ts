import { NO_RUN } from "../../../src/model/unit/handle.ts";
import type {
  Assigned,
  AssignNowOptions,
  AssignOptions,
  Bakeoff,
  BakeoffOptions,
  Drop,
  Stats,
  WaitUntil,
} from "../api.ts";
import { createLocalSource } from "../sources/local.ts";
import { createRemoteSource } from "../sources/remote.ts";
import type { AssignmentQuery } from "../sources/source.ts";
import { createConnection } from "../transport/connection.ts";
import { onPageHide } from "../transport/page.ts";
import { createOutbox, type Outbox } from "../transport/queue.ts";
import type { Metrics, OutcomeEvent, Properties } from "../types.ts";
import { Failure, toFailure } from "../util/failure.ts";
import { makeIdentifier } from "../util/identifier.ts";
import { read, wordsFor } from "../util/read.ts";
import { soundValues } from "../util/sound-values.ts";
import { within } from "../util/time.ts";
import { toUnit } from "../util/unit.ts";
import { toFallback, validate } from "./answer.ts";
import { feedbackIdentifier, namesRun, type RunIdentity } from "./handle.ts";
import { createWarn, quietly } from "./reports.ts";
import type { Runner } from "./runner.ts";

const FLUSH_MILLISECONDS = 10_000;

/** What has ended says so within this many microtasks. */
const LAST_TURNS = 500;

/**
 * A client of Bakeoff. Making one sends nothing and starts no timer.
 * @throws TypeError when the address is not a URL
 */
export function createBakeoff(options: BakeoffOptions): Bakeoff {
  const { batchSize = 100, intervalMs = 1_000, requestTimeoutMs = 10_000, capacity = 10_000 } = options;
  const { timeoutMs: defaultTimeoutMs = 1_000 } = options;
  const send = createConnection(
    new URL(options.url).href,
    options.key,
    options.fetch ?? ((input, init) => fetch(input, init)),
  );
  const counts = { delivered: 0, dropped: 0 };
  const warn = createWarn((warning) => options.onWarning?.(warning));

  function drop(kind: Drop["kind"], { code, message }: Failure, item: unknown): void {
    counts.dropped += 1;
    quietly(() => options.onDrop?.({ kind, code, message, item }));
  }

  function outboxOf(kind: "event" | "exposure"): Outbox {
    return createOutbox({
      path: `/v1/${kind}s`,
      field: `${kind}s`,
      send,
      capacity,
      batchSize,
      intervalMs,
      requestTimeoutMs,
      onDelivered: (count) => {
        counts.delivered += count;
      },
      onDrop: (text, failure) => drop(kind, failure, JSON.parse(text)),
      onWarning: (warning) =>
        warn({ code: String(read(warning, "code")), message: String(read(warning, "message")) }),
    });
  }

  const events = outboxOf("event");
  const exposures = outboxOf("exposure");
  const boxes = [exposures, events];
  const unlogged = new Set<Promise<void>>();
  let running = 0;

  function push(kind: "event" | "exposure", item: unknown, waitUntil: WaitUntil | undefined): void {
    try {
      (kind === "event" ? events : exposures).push(item);
    } catch (cause) {
      drop(kind, toFailure(cause, "not_serializable"), item);
    }
    waitUntil?.(flush(FLUSH_MILLISECONDS));
  }

  /** Queues what of an event can be logged. @returns false when that is nothing */
  function pushEvent(
    kind: "event" | "feedback",
    event: { metrics: Metrics; properties?: Properties | undefined },
    identify: () => object,
    waitUntil: WaitUntil | undefined,
  ): boolean {
    const tell = (failure: Failure, item: unknown) => drop(kind, failure, item);
    try {
      const identity = identify();
      const metrics = soundValues("metric", event.metrics, tell);
      if (Object.keys(metrics).length === 0) {
        if (Object.keys(event.metrics).length === 0) tell(new Failure("no_metric"), event);
        return false;
      }
      const properties = event.properties && soundValues("property", event.properties, tell);
      push("event", { ...event, ...identity, metrics, properties }, waitUntil);
      return true;
    } catch (cause) {
      tell(toFailure(cause, "not_serializable"), event);
      return false;
    }
  }

  function logEvent(
    event: Omit<OutcomeEvent, "unit"> & { unit: unknown },
    waitUntil: WaitUntil | undefined,
  ): void {
    const identify = () => {
      const unit = toUnit(event.unit);
      return { unit, token: event.token ?? tokenOf(unit) };
    };
    pushEvent("event", event, identify, waitUntil);
  }

  /** What vouches for a unit; a function of the app's that throws knows of nothing. */
  function tokenOf(unit: string): string | undefined {
    const { unitToken } = options;
    try {
      return typeof unitToken === "function" ? unitToken(unit) : unitToken;
    } catch {
      return undefined;
    }
  }

  const tellCovariate = (failure: Failure, item: unknown) => drop("exposure", failure, item);

  /** What a source is asked. @throws Failure `invalid_unit` */
  function toQuestion({ unit, attributes, covariates }: AssignNowOptions<unknown>): AssignmentQuery {
    const text = toUnit(unit);
    return {
      unit: text,
      attributes,
      covariates: covariates && soundValues("covariate", covariates, tellCovariate),
      token: tokenOf(text),
    };
  }

  async function flush(timeoutMs = FLUSH_MILLISECONDS): Promise<boolean> {
    // A result's promises settle some turns before the stream that they came from has ended.
    for (let turn = 0; running > 0 && turn < LAST_TURNS; turn++) await undefined;
    await Promise.all(unlogged);
    const results = await Promise.all(boxes.map((box) => box.flush(timeoutMs)));
    return results.every(Boolean);
  }

  const source =
    options.mode === "local"
      ? createLocalSource({
          send,
          refreshMs: options.refreshMs ?? 5_000,
          requestTimeoutMs,
          ruleset: options.ruleset,
          expose: (exposure, waitUntil) => push("exposure", exposure, waitUntil),
        })
      : createRemoteSource(send);

  async function assign<Value>(config: string, asked: AssignOptions<Value>): Promise<Assigned<Value>> {
    const { schema, timeoutMs = defaultTimeoutMs } = asked;
    try {
      const question = toQuestion(asked);
      const started = schema ? Date.now() : 0;
      const answer = source.assign(config, question, timeoutMs, asked.waitUntil ?? options.waitUntil);
      const assignment = answer instanceof Promise ? await answer : answer;
      // Without a schema the value is what the caller's type parameter says it is.
      if (!schema) return assignment as Assigned<Value>;
      const value = await validate(assignment.value, schema, timeoutMs - (Date.now() - started));
      return Object.freeze({ ...assignment, value });
    } catch (cause) {
      return toFallback(config, asked.fallback, cause);
    }
  }

  function assignNow<Value>(config: string, asked: AssignNowOptions<Value>): Assigned<Value> {
    try {
      const assignment = source.assignNow(config, toQuestion(asked), asked.waitUntil ?? options.waitUntil);
      // The value is what the caller's type parameter says it is.
      return assignment as Assigned<Value>;
    } catch (cause) {
      return toFallback(config, asked.fallback, cause);
    }
  }

  let runner: Runner | undefined;
  let seal: ((run: RunIdentity | undefined) => Promise<string>) | undefined;

  async function loadSeal(): Promise<void> {
    const { createHandleWriter } = await import("./sealing.ts");
    seal ??= createHandleWriter(options.key);
  }

  async function writeHandle(identity: RunIdentity | undefined, timeoutMs: number): Promise<string> {
    if (!identity) return NO_RUN;
    if (!seal) await within(timeoutMs, loadSeal);
    return seal?.(identity) ?? NO_RUN;
  }

  async function loadRunner(): Promise<Runner> {
    const { createRunner } = await import("./runner.ts");
    runner ??= createRunner({
      prices: options.prices ?? {},
      log: (event, waitUntil = options.waitUntil) => logEvent(event, waitUntil),
      track(work) {
        unlogged.add(work);
        void work.finally(() => unlogged.delete(work));
      },
      count(change) {
        running += change;
      },
      onTooLate: (metrics) => drop("event", new Failure("too_late"), metrics),
      onUnpriced: (model) => warn({ code: "no_price", message: `no price is known of the model '${model}'` }),
    });
    return runner;
  }

  const run: Bakeoff["run"] = async (config, asked, call) => {
    let loadingError: unknown;
    const [assigned] = await Promise.all([
      assign(config, asked),
      // Its failure is told where a handle is written.
      seal ?? within(asked.timeoutMs ?? defaultTimeoutMs, loadSeal).catch(() => {}),
      runner ??
        within(asked.timeoutMs ?? defaultTimeoutMs, loadRunner).catch((cause: unknown) => {
          loadingError = cause;
        }),
    ]);
    const { experiment, variant, phase } = assigned;
    const identity =
      experiment !== null && variant !== null
        ? { id: makeIdentifier(), experiment, unit: toUnit(asked.unit), variant, phase: phase ?? 0 }
        : undefined;
    const handle = await writeHandle(identity, asked.timeoutMs ?? defaultTimeoutMs).catch(
      (cause: unknown) => {
        drop("feedback", new Failure("no_handle", wordsFor(cause)), identity);
        return NO_RUN;
      },
    );
    if (runner) return { result: await runner(assigned, identity, asked, call), handle, assigned };
    // The app's call matters more than its measures.
    if (identity) drop("event", new Failure("not_measured", wordsFor(loadingError)), identity);
    return { result: await call(assigned, () => {}), handle, assigned };
  };

  const stopListening = onPageHide(() => {
    for (const box of boxes) box.flushOnPageHide();
  });

  return {
    assign,
    assignNow,
    async signUnit(unit, expiry) {
      const { signUnit } = await import("./sealing.ts");
      return signUnit(options.key, toUnit(unit), expiry);
    },
    ready: (timeoutMs = defaultTimeoutMs) => source.ready(timeoutMs),
    run,
    log({ id = makeIdentifier(), ...event }) {
      logEvent({ id, ...event }, options.waitUntil);
    },
    feedback(handle, metrics, { id, properties, waitUntil = options.waitUntil } = {}) {
      try {
        if (!namesRun(handle)) return false;
        const { unitToken: token } = options;
        const event = {
          id: id ?? feedbackIdentifier(handle, metrics),
          handle,
          metrics,
          properties,
          // The unit is known to nobody here but the app.
          ...(typeof token === "string" && { token }),
        };
        return pushEvent("feedback", event, () => ({}), waitUntil);
      } catch (cause) {
        drop("feedback", toFailure(cause, "invalid_handle"), { handle, metrics });
        return false;
      }
    },
    flush,
    async close(timeoutMs) {
      const isDone = await flush(timeoutMs);
      stopListening();
      for (const box of boxes) box.close();
      return isDone;
    },
    get stats(): Stats {
      return { ...counts, queued: events.size() + exposures.size() };
    },
  };
}
