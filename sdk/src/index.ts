import type { Assignment, AssignmentReply } from "../../src/model/assignment.ts";
import type { EventReceipt, OutcomeEvent } from "../../src/model/event.ts";
import type { JsonObject } from "../../src/model/json.ts";

export type { Assignment, AssignmentReply, EventReceipt, OutcomeEvent };

export interface BakeoffOptions {
  /** Where the Worker answers: `https://bakeoff.example.com`. */
  url: string;
  /** A key of scope `client` (browsers) or `server`. */
  key: string;
  /** For tests, or for runtimes with a fetch of their own. */
  fetch?: typeof fetch;
}

export interface AssignOptions {
  /** What is randomised: a user, a conversation, a request. */
  unit: string;
  /** What targeting conditions read. */
  attributes?: JsonObject;
  signal?: AbortSignal;
}

/** A request that Bakeoff answered with a problem; `code` is stable. */
export class BakeoffError extends Error {
  override readonly name = "BakeoffError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

async function toError(response: Response): Promise<BakeoffError> {
  const problem: unknown = await response.json().catch(() => undefined);
  const read = (name: string): string | undefined => {
    const value: unknown =
      typeof problem === "object" && problem !== null ? Reflect.get(problem, name) : undefined;
    return typeof value === "string" ? value : undefined;
  };
  return new BakeoffError(
    response.status,
    read("code") ?? "unreadable_answer",
    read("detail") ?? `The server answered ${response.status}.`,
  );
}

/** A client for the two routes that apps call. Zero dependencies; runs wherever `fetch` does. */
export function createBakeoff(options: BakeoffOptions) {
  const send = options.fetch ?? fetch;

  async function post<Reply>(path: string, body: unknown, signal?: AbortSignal): Promise<Reply> {
    const response = await send(`${options.url.replace(/\/$/, "")}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${options.key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
    if (!response.ok) throw await toError(response);
    return response.json();
  }

  return {
    /** Which version of an AI config this unit gets. @throws BakeoffError when the request is refused */
    assign(config: string, { unit, attributes, signal }: AssignOptions): Promise<AssignmentReply> {
      return post("/v1/assign", { config, unit, ...(attributes && { attributes }) }, signal);
    },

    /** Logs outcomes, up to 1,000 at once. Sending an event again under the same id is harmless. */
    log(events: readonly OutcomeEvent[]): Promise<EventReceipt> {
      return post("/v1/events", { events });
    },
  };
}
