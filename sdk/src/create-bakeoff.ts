import type {
  Assigned,
  AssignNowOptions,
  AssignOptions,
  Bakeoff,
  BakeoffOptions,
  Drop,
  Stats,
  WaitUntil,
} from "./api.ts";
import { createConnection } from "./connection.ts";
import { Failure, toFailure } from "./failure.ts";
import { readHandle } from "./handle.ts";
import { makeIdentifier } from "./identifier.ts";
import { createLocalSource } from "./local.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import { onPageHide } from "./page.ts";
import { createRemoteSource } from "./remote.ts";
import { createRunner } from "./runner.ts";
import type { StandardSchema } from "./standard-schema.ts";
import { within } from "./time.ts";
import type { Metrics } from "./types.ts";

const FLUSH_MILLISECONDS = 10_000;

/** The schema's own output. @throws Failure `invalid_value` or `timeout` */
async function validate<Value>(
  value: unknown,
  schema: StandardSchema<Value>,
  timeoutMs: number,
): Promise<Value> {
  const outcome = await within(timeoutMs, async () => schema["~standard"].validate(value));
  if (outcome.issues) {
    throw new Failure("invalid_value", outcome.issues.map(({ message }) => message).join("; "));
  }
  return outcome.value;
}

function checkUnit(unit: unknown): void {
  if (typeof unit !== "string" || !unit || unit.length > 256) {
    throw new Failure("invalid_unit", "a unit is a string of 1 to 256 characters");
  }
}

/** What the app goes on with. */
function toFallback<Value>(config: string, value: Value, cause: unknown): Assigned<Value> {
  const { code, message } = toFailure(cause);
  return Object.freeze({
    config,
    value,
    version: null,
    experiment: null,
    variant: null,
    period: null,
    reason: "ERROR",
    error: { code, message },
  });
}

/** The same metrics of the same run, said twice, count once. */
function feedbackIdentifier(run: string, metrics: Metrics): string {
  let hash = 0;
  for (const character of Object.keys(metrics).sort().join()) {
    hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  }
  return `${run}-${hash.toString(36)}`;
}

/**
 * A client of Bakeoff. Making one sends nothing and starts no timer.
 * @throws TypeError when the address is not a URL
 */
export function createBakeoff(options: BakeoffOptions): Bakeoff {
  const { batchSize = 100, intervalMs = 1_000, requestTimeoutMs = 10_000, capacity = 10_000 } = options;
  const { timeoutMs: patience = 1_000 } = options;
  const send = createConnection(
    new URL(options.url).href,
    options.key,
    options.fetch ?? ((input, init) => fetch(input, init)),
  );
  const counts = { delivered: 0, dropped: 0 };

  function drop(kind: Drop["kind"], { code, message }: Failure, item: unknown): void {
    counts.dropped += 1;
    try {
      options.onDrop?.({ kind, code, message, item });
    } catch {
      // The listener's own trouble.
    }
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
    });
  }

  const events = outboxOf("event");
  const exposures = outboxOf("exposure");
  const boxes = [exposures, events];
  const unlogged = new Set<Promise<void>>();

  function push(kind: "event" | "exposure", item: unknown, waitUntil: WaitUntil | undefined): void {
    try {
      (kind === "event" ? events : exposures).push(item);
    } catch (cause) {
      drop(kind, toFailure(cause, "not_serialisable"), item);
    }
    waitUntil?.(flush(FLUSH_MILLISECONDS));
  }

  async function flush(timeoutMs = FLUSH_MILLISECONDS): Promise<boolean> {
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
    const { schema, timeoutMs = patience } = asked;
    try {
      checkUnit(asked.unit);
      const started = schema ? Date.now() : 0;
      const answer = source.assign(config, asked, timeoutMs, asked.waitUntil ?? options.waitUntil);
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
      checkUnit(asked.unit);
      const assignment = source.assignNow(config, asked, asked.waitUntil ?? options.waitUntil);
      // The value is what the caller's type parameter says it is.
      return assignment as Assigned<Value>;
    } catch (cause) {
      return toFallback(config, asked.fallback, cause);
    }
  }

  const stopListening = onPageHide(() => {
    for (const box of boxes) box.sayFarewell();
  });

  return {
    assign,
    assignNow,
    ready: (timeoutMs = patience) => source.ready(timeoutMs),
    run: createRunner({
      assign,
      prices: options.prices ?? {},
      log: (event, waitUntil = options.waitUntil) => push("event", event, waitUntil),
      track(work) {
        unlogged.add(work);
        void work.finally(() => unlogged.delete(work));
      },
      onTooLate: (metrics) => drop("event", new Failure("too_late"), metrics),
    }),
    log(event) {
      push("event", { id: makeIdentifier(), ...event }, options.waitUntil);
    },
    feedback(handle, metrics, { id, properties, waitUntil = options.waitUntil } = {}) {
      try {
        const run = readHandle(handle);
        if (!run) return false;
        push(
          "event",
          { ...run, id: id ?? feedbackIdentifier(run.id, metrics), metrics, properties },
          waitUntil,
        );
        return true;
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
