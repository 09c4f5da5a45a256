import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type BakeoffOptions, createBakeoff } from "#sdk/index.ts";
import { FakeWorker, hang, questionsIn } from "#test/support/fake-worker.ts";

let worker: FakeWorker;
const fallback = { model: "fallback" };

beforeEach(() => {
  vi.useFakeTimers();
  worker = new FakeWorker();
});
afterEach(() => vi.useRealTimers());

function client(options: Partial<BakeoffOptions> = {}) {
  return worker.client({ url: "https://bakeoff.test/base/", ...options });
}

describe("creating a client", () => {
  it("sends nothing and starts no timer", () => {
    client();
    client({ mode: "local" });
    expect(worker.received).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("refuses an address that is none", () => {
    expect(() => createBakeoff({ url: "bakeoff", key: "bk_x" })).toThrow(TypeError);
  });
});

describe("assigning through the Worker", () => {
  it("asks once for all calls of one turn, at most a hundred questions at a time", async () => {
    const bakeoff = client();
    const units = Array.from({ length: 250 }, (_, index) => `u${index}`);
    const answers = await Promise.all(units.map((unit) => bakeoff.assign("c", { unit, fallback })));
    expect(worker.received.map(({ path, body }) => `${path} ${questionsIn(body).length}`)).toEqual([
      "/base/v1/assign 100",
      "/base/v1/assign 100",
      "/base/v1/assign 50",
    ]);
    expect(answers.every(({ variant }) => variant === "control")).toBe(true);
    await bakeoff.assign("c", { unit: "u1", fallback });
    expect(worker.received).toHaveLength(4);
  });

  it("asks the same question once, and gives everybody the answer", async () => {
    const bakeoff = client();
    const ask = () => bakeoff.assign("c", { unit: "u", fallback, attributes: { plan: "pro" } });
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(worker.received[0]?.body).toEqual({
      requests: [{ config: "c", unit: "u", attributes: { plan: "pro" } }],
    });
    expect(second).toEqual(first);
  });

  it("gives each call the answer to its own question", async () => {
    const bakeoff = client();
    const keys = ["a", "b", "c", "d"];
    const answers = await Promise.all(keys.map((key) => bakeoff.assign(key, { unit: "u", fallback })));
    expect(answers.map(({ config }) => config)).toEqual(keys);
  });

  it.each([
    ["network_error", () => Promise.reject(new TypeError("fetch failed"))],
    ["unreadable_answer", () => new Response("<html>")],
    ["unreadable_answer", () => Response.json({})],
    ["unreadable_answer", () => Response.json({ assignments: [null] })],
    ["unreadable_answer", () => Response.json({ assignments: "many" })],
    ["http_502", () => new Response("<h1>Bad gateway</h1>", { status: 502 })],
    ["internal_error", () => Response.json({ code: "internal_error" }, { status: 500 })],
    ["unknown_key", () => Response.json({ code: "unknown_key" }, { status: 401 })],
    [
      "config_not_found",
      () => Response.json({ assignments: [{ config: "c", code: "config_not_found", message: "no" }] }),
    ],
  ])("answers the fallback, and %s, when that is what happens", async (code, behavior) => {
    worker.behavior = behavior;
    expect(await client().assign("c", { unit: "u", fallback })).toEqual({
      config: "c",
      value: fallback,
      version: null,
      experiment: null,
      variant: null,
      phase: null,
      reason: "ERROR",
      error: { code, message: expect.any(String) },
    });
  });

  it.each([
    ["hangs", hang],
    ["never notices that it was given up on", () => new Promise<Response>(() => {})],
    ["stops in the middle of its answer", () => new Response(new ReadableStream())],
  ])("waits no longer than it may for a server that %s", async (_, behavior) => {
    worker.behavior = behavior;
    const bakeoff = client({ timeoutMs: 200 });
    let isDone = false;
    const answer = bakeoff.assign("c", { unit: "u", fallback }).finally(() => {
      isDone = true;
    });
    const sooner = await Promise.all([
      bakeoff.assign("c", { unit: "impatient", fallback, timeoutMs: 50 }),
      vi.advanceTimersByTimeAsync(50),
    ]);
    expect(sooner[0].error?.code).toBe("timeout");
    await vi.advanceTimersByTimeAsync(149);
    expect(isDone).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect((await answer).error?.code).toBe("timeout");
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ["an empty unit", { unit: "" }, "invalid_unit"],
    ["a unit of 257 characters", { unit: "x".repeat(257) }, "invalid_unit"],
    ["attributes that are not JSON", { unit: "u", attributes: circular() }, "internal_error"],
  ])("answers the fallback for %s, and asks nobody", async (_, asked, code) => {
    const answer = await client().assign("c", { fallback, ...asked });
    expect(answer.error?.code).toBe(code);
    expect(worker.received).toEqual([]);
  });
});

function circular() {
  const attributes = {};
  Reflect.set(attributes, "itself", attributes);
  return attributes;
}

describe("a schema", () => {
  const schemaOf = (validate: (value: unknown) => never) => ({
    "~standard": { version: 1 as const, vendor: "test", validate },
  });

  it.each([
    ["throws", "internal_error", () => Promise.reject(new Error("a fault of the schema's own"))],
    ["never comes to an end", "timeout", () => new Promise(() => {})],
    ["finds faults", "invalid_value", () => ({ issues: [{ message: "too small" }] })],
  ])("that %s leads to the fallback", async (_, code, validate) => {
    const schema = schemaOf(validate as () => never);
    const [answer] = await Promise.all([
      client().assign("c", { unit: "u", fallback: "default" as never, schema }),
      vi.advanceTimersByTimeAsync(1_000),
    ]);
    expect(answer).toMatchObject({ value: "default", experiment: null, error: { code } });
  });
});
