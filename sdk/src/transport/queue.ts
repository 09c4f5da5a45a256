import { Failure, toFailure } from "../util/failure.ts";
import { read } from "../util/read.ts";
import { inBackground, pause } from "../util/time.ts";
import type { Send } from "./connection.ts";

/** A backlog is cleared in larger requests, within what the server takes: 1,000 entries and 1 MiB. */
const MAXIMUM_ENTRIES = 1_000;
const MAXIMUM_BYTES = 1_000_000;

/** Browsers allow requests that outlive their page 64 KiB together; there are two outboxes. */
const MAXIMUM_FAREWELL_BYTES = 32_000;

const FIRST_RETRY_MILLISECONDS = 500;
const LAST_RETRY_MILLISECONDS = 30_000;

/** A timer or a request this late belongs to something that has ended: a Worker's request takes its timers along. */
const GRACE_MILLISECONDS = 1_000;

export interface OutboxOptions {
  path: string;
  /** The field of the body that holds the batch. */
  field: string;
  send: Send;
  capacity: number;
  batchSize: number;
  intervalMs: number;
  requestTimeoutMs: number;
  onDelivered: (count: number) => void;
  onDrop: (text: string, failure: Failure) => void;
  /** Is told what the server warns of. */
  onWarning: (warning: unknown) => void;
}

export interface Outbox {
  push(item: unknown): void;
  /** @returns true when nothing is left */
  flush(timeoutMs: number): Promise<boolean>;
  /** Sends what there is in a request that outlives the page. */
  flushOnPageHide(): void;
  /** Drops what is left and takes nothing more. */
  close(): void;
  size(): number;
}

const encoder = new TextEncoder();

/** Where the server refuses a single value, the rest of the entry can go without it. */
const VALUE_PATH = /^\/\w+\/\d+\/(metrics|properties|covariates)\/([^/]+)$/;

/** An entry without the value that was refused, and that value; nothing when there would be nothing left to say. */
function withoutRefused(text: string, path: string) {
  const [, group = "", name = ""] = VALUE_PATH.exec(path) ?? [];
  const entry: unknown = JSON.parse(text);
  const values = read(entry, group);
  const value = read(values, name);
  if (!name || value === undefined || typeof values !== "object" || values === null) return undefined;
  Reflect.deleteProperty(values, name);
  if (group === "metrics" && Object.keys(values).length === 0) return undefined;
  return { name, rest: JSON.stringify(entry), refused: JSON.stringify({ [name]: value }) };
}

interface InFlightBatch {
  entries: string[];
  expiresAt: number;
  done: Promise<void>;
}

/**
 * A bounded queue that is sent in batches. What is being sent stays here until it is acknowledged: an attempt that fails
 * or dies gives it back, and ids make a repetition harmless.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { capacity, batchSize, intervalMs, requestTimeoutMs, onDrop } = options;
  let waiting: string[] = [];
  let batchInFlight: InFlightBatch | undefined;
  let failures = 0;
  let notBefore = 0;
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let timerAt = 0;

  const size = () => waiting.length + (batchInFlight?.entries.length ?? 0);

  function release(): void {
    if (batchInFlight) waiting = batchInFlight.entries.concat(waiting);
    batchInFlight = undefined;
  }

  function take(bytes: number): string[] {
    let length = 0;
    const end = waiting.findIndex((text, index) => {
      length += encoder.encode(text).length + 1;
      return index >= MAXIMUM_ENTRIES || (index > 0 && length > bytes);
    });
    return waiting.splice(0, end < 0 ? waiting.length : end);
  }

  function acknowledge(entries: readonly string[], rejected: readonly unknown[]): void {
    for (const rejection of rejected) {
      const text = entries[Number(read(rejection, "index"))];
      if (!text) continue;
      const code = String(read(rejection, "code"));
      const message = String(read(rejection, "message"));
      const repaired = withoutRefused(text, String(read(rejection, "path")));
      if (repaired) {
        waiting.push(repaired.rest);
        onDrop(repaired.refused, new Failure(`${code}:${repaired.name}`, message));
      } else onDrop(text, new Failure(code, message));
    }
    options.onDelivered(entries.length - rejected.length);
  }

  async function attempt(mine: InFlightBatch, keepalive: boolean): Promise<void> {
    const { entries } = mine;
    let failure: Failure | undefined;
    let answer: unknown;
    try {
      const body = `{"${options.field}":[${entries.join()}]}`;
      answer = (
        await options.send(options.path, requestTimeoutMs, {
          method: "POST",
          body,
          ...(keepalive && { keepalive }),
        })
      ).body;
    } catch (cause) {
      failure = toFailure(cause);
      answer = failure.answer;
    }
    // Somebody else has taken over meanwhile.
    if (batchInFlight !== mine) return;
    const warnings = read(answer, "warnings");
    if (Array.isArray(warnings)) warnings.forEach(options.onWarning);
    const rejected = read(answer, "rejected");
    if (Array.isArray(rejected) && (!failure || failure.refusal)) {
      acknowledge(entries, rejected);
    } else if (failure?.refusal) {
      for (const text of entries) onDrop(text, failure);
    } else {
      const most = Math.min(LAST_RETRY_MILLISECONDS, FIRST_RETRY_MILLISECONDS * 2 ** failures++);
      notBefore = Date.now() + (failure?.retryAfterMs ?? (most * (1 + Math.random())) / 2);
      return release();
    }
    batchInFlight = undefined;
    failures = 0;
    notBefore = 0;
  }

  function sendBatch(bytes = MAXIMUM_BYTES, keepalive = false): Promise<void> {
    const expiresAt = Date.now() + requestTimeoutMs + GRACE_MILLISECONDS;
    const mine: InFlightBatch = { entries: take(bytes), expiresAt, done: Promise.resolve() };
    batchInFlight = mine;
    mine.done = attempt(mine, keepalive);
    return mine.done;
  }

  function isBusy(): boolean {
    if (batchInFlight && Date.now() > batchInFlight.expiresAt) release();
    return batchInFlight !== undefined;
  }

  async function sendInBackground(): Promise<void> {
    let least = 1;
    while (!isBusy() && waiting.length >= least && Date.now() >= notBefore) {
      await sendBatch();
      // What has come meanwhile waits for company again, unless there is enough of it.
      least = batchSize;
    }
    if (waiting.length > 0) schedule();
  }

  function schedule(): void {
    const now = Date.now();
    if (timerAt && now < timerAt + GRACE_MILLISECONDS) return;
    timerAt = Math.max(now + intervalMs, notBefore);
    timer = inBackground(timerAt - now, () => {
      timerAt = 0;
      void sendInBackground();
    });
  }

  return {
    size,
    push(item) {
      const text = JSON.stringify(item);
      if (isClosed) onDrop(text, new Failure("closed"));
      else if (size() >= capacity) onDrop(text, new Failure("queue_full"));
      else if (waiting.push(text) >= batchSize) void sendInBackground();
      else schedule();
    },
    async flush(timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const isWaiting = isBusy();
        if (size() === 0) return true;
        const now = Date.now();
        if (now >= deadline) return false;
        const until = batchInFlight ? batchInFlight.expiresAt + 1 : notBefore;
        if (isWaiting || until > now) await pause(Math.min(until, deadline) - now, batchInFlight?.done);
        else await pause(deadline - now, sendBatch());
      }
    },
    flushOnPageHide() {
      release();
      if (waiting.length > 0) void sendBatch(MAXIMUM_FAREWELL_BYTES, true);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      release();
      for (const text of waiting.splice(0)) onDrop(text, new Failure("closed"));
    },
  };
}
