import type { Send } from "../transport/connection.ts";
import type { Assignment } from "../types.ts";
import { Failure, toFailure } from "../util/failure.ts";
import { freeze } from "../util/freeze.ts";
import { read } from "../util/read.ts";
import { within } from "../util/time.ts";
import type { Source } from "./source.ts";

/** What the Worker takes at once. */
const MAXIMUM_QUESTIONS = 100;
const MAXIMUM_CHARACTERS = 250_000;

interface Caller {
  resolve: (assignment: Readonly<Assignment>) => void;
  reject: (failure: Failure) => void;
}

function isAssignment(answer: unknown): answer is Assignment {
  return typeof read(answer, "reason") === "string" && typeof read(answer, "value") === "object";
}

function answerCallers(callers: readonly Caller[], answer: unknown): void {
  const code = read(answer, "code");
  const failure =
    typeof code === "string"
      ? new Failure(code, String(read(answer, "message")))
      : new Failure("unreadable_answer", "the answer is not an assignment");
  for (const { resolve, reject } of callers) isAssignment(answer) ? resolve(freeze(answer)) : reject(failure);
}

/** Asks the Worker. Calls of the same turn share one request, and the same question is asked once. */
export function createRemoteSource(send: Send): Source {
  let pending = new Map<string, Caller[]>();
  let characters = 0;
  let longestTimeoutMs = 0;

  async function ask(batch: ReadonlyMap<string, Caller[]>, timeoutMs: number): Promise<void> {
    try {
      const body = `{"requests":[${[...batch.keys()].join()}]}`;
      const answer = await send("/v1/assign", timeoutMs, { method: "POST", body });
      let index = 0;
      for (const callers of batch.values()) {
        answerCallers(callers, read(read(answer.body, "assignments"), index++));
      }
    } catch (cause) {
      const failure = toFailure(cause);
      // One malformed question must not sink its neighbors: the Worker refuses them together.
      if (failure.refusal === 422 && batch.size > 1) {
        for (const entry of batch) void ask(new Map([entry]), timeoutMs);
      } else for (const { reject } of [...batch.values()].flat()) reject(failure);
    }
  }

  function askNow(): void {
    if (pending.size > 0) void ask(pending, longestTimeoutMs);
    pending = new Map();
    characters = longestTimeoutMs = 0;
  }

  return {
    assign(config, { unit, attributes, covariates, token }, timeoutMs) {
      const text = JSON.stringify({ config, unit, attributes, covariates, token });
      return within(
        timeoutMs,
        () =>
          new Promise((resolve, reject) => {
            // Only calls of one turn: in Workers a request may not wait for the input and output of another.
            if (pending.size === 0) queueMicrotask(askNow);
            const callers = pending.get(text) ?? [];
            callers.push({ resolve, reject });
            pending.set(text, callers);
            characters += text.length;
            longestTimeoutMs = Math.max(longestTimeoutMs, timeoutMs);
            if (pending.size >= MAXIMUM_QUESTIONS || characters > MAXIMUM_CHARACTERS) askNow();
          }),
      );
    },
    assignNow() {
      throw new Failure("not_local", "only local mode answers at once");
    },
    ready: async () => false,
  };
}
