import { expect } from "vitest";
import { z } from "zod";
import {
  type Bakeoff,
  type BakeoffOptions,
  type ConfigValue,
  createBakeoff,
  type FetchInit,
} from "#sdk/index.ts";

// What measures runs is loaded at the first one, which waits for it no longer than for an answer: on a busy machine that is too
// short. One test lets this fail.
await import("#sdk/client/runner.ts").catch(() => undefined);
await import("#sdk/client/sealing.ts");

interface Received {
  path: string;
  init: FetchInit;
  body: unknown;
}

type Behavior = (received: Received) => Response | Promise<Response>;

const sentEventSchema = z.looseObject({
  id: z.string(),
  unit: z.string().optional(),
  handle: z.string().optional(),
  metrics: z.record(z.string(), z.union([z.number(), z.boolean()])),
  properties: z.record(z.string(), z.unknown()).optional(),
});
const eventsBodySchema = z.looseObject({ events: z.array(sentEventSchema) });
const exposuresBodySchema = z.looseObject({ exposures: z.array(z.unknown()) });
const questionsBodySchema = z.looseObject({ requests: z.array(z.looseObject({ config: z.string() })) });

export const eventsIn = (body: unknown) => eventsBodySchema.parse(body).events;
export const exposuresIn = (body: unknown) => exposuresBodySchema.parse(body).exposures;
export const questionsIn = (body: unknown) => questionsBodySchema.parse(body).requests;

/** A Worker as the client sees it: assigns everybody, acknowledges everything, and misbehaves on request. */
export class FakeWorker {
  readonly received: Received[] = [];
  /** Answers in place of the Worker for as long as it is set. */
  behavior: Behavior | undefined;
  /** What everybody gets. */
  value: ConfigValue = { model: "small" };
  /** The ids of all events that were acknowledged, repetitions included. */
  readonly acknowledged: string[] = [];

  readonly fetch = async (url: string, init: FetchInit): Promise<Response> => {
    const received = { path: new URL(url).pathname, init, body: JSON.parse(init.body ?? "null") };
    this.received.push(received);
    return this.behavior ? this.behavior(received) : this.answer(received);
  };

  /** A client of this Worker. */
  client(options: Partial<BakeoffOptions> = {}): Bakeoff {
    return createBakeoff({ url: "https://bakeoff.test", key: "bk_x", fetch: this.fetch, ...options });
  }

  answer({ path, body }: Pick<Received, "path" | "body">): Response {
    if (path === "/v1/events") {
      const events = eventsIn(body);
      for (const { id } of events) this.acknowledged.push(id);
      return Response.json({ accepted: events.length, duplicates: 0, rejected: [], warnings: [] });
    }
    if (path === "/v1/exposures") {
      return Response.json({ accepted: exposuresIn(body).length, rejected: [], warnings: [] });
    }
    const assignments = questionsIn(body).map(({ config }) => ({
      config,
      value: this.value,
      version: 1,
      experiment: "shorter",
      variant: "control",
      phase: 0,
      reason: "SPLIT",
    }));
    return Response.json({ assignments, rulesetVersion: 1, stale: false });
  }

  at(path: string): Received[] {
    return this.received.filter((request) => request.path === path);
  }

  /** Every event that was sent, repetitions included. */
  get events() {
    return this.at("/v1/events").flatMap(({ body }) => eventsIn(body));
  }
}

/** The one outcome event that there is after the client has sent everything. */
export async function onlyEventOf(worker: FakeWorker, bakeoff: Bakeoff) {
  await bakeoff.flush();
  const [event, ...others] = worker.events;
  expect(others).toEqual([]);
  if (!event) throw new Error("the client has sent no event");
  return event;
}

/** A server that takes requests and never answers. It notices when it is given up on. */
export function hang({ init }: { init: FetchInit }): Promise<Response> {
  return new Promise((_, reject) => {
    init.signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
  });
}
