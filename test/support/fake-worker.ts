import type { ConfigValue, FetchInit } from "../../sdk/src/index.ts";

interface Received {
  path: string;
  init: FetchInit;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of many shapes, each asserted on where it is read
  body: any;
}

type Behaviour = (received: Received) => Response | Promise<Response>;

/** A Worker as the client sees it: assigns everybody, acknowledges everything, and misbehaves on request. */
export class FakeWorker {
  readonly received: Received[] = [];
  /** Answers in place of the Worker for as long as it is set. */
  behaviour: Behaviour | undefined;
  /** What everybody gets. */
  value: ConfigValue = { model: "small" };
  /** The ids of all events that were acknowledged, repetitions included. */
  readonly acknowledged: string[] = [];

  readonly fetch = async (url: string, init: FetchInit): Promise<Response> => {
    const received = { path: new URL(url).pathname, init, body: JSON.parse(init.body ?? "null") };
    this.received.push(received);
    return this.behaviour ? this.behaviour(received) : this.answer(received);
  };

  answer({ path, body }: Pick<Received, "path" | "body">): Response {
    if (path === "/v1/events") {
      for (const { id } of body.events) this.acknowledged.push(id);
      return Response.json({ accepted: body.events.length, duplicates: 0, rejected: [], warnings: [] });
    }
    if (path === "/v1/exposures") {
      return Response.json({ accepted: body.exposures.length, rejected: [], warnings: [] });
    }
    const assignments = body.requests.map(({ config }: { config: string }) => ({
      config,
      value: this.value,
      version: 1,
      experiment: "shorter",
      variant: "control",
      period: 0,
      reason: "SPLIT",
    }));
    return Response.json({ assignments, rulesetVersion: 1, stale: false });
  }

  at(path: string): Received[] {
    return this.received.filter((request) => request.path === path);
  }

  /** Every event that was sent, repetitions included. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  get events(): any[] {
    return this.at("/v1/events").flatMap(({ body }) => body.events);
  }
}

/** A server that takes requests and never answers. It notices when it is given up on. */
export function hang({ init }: { init: FetchInit }): Promise<Response> {
  return new Promise((_, reject) => {
    init.signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
  });
}
