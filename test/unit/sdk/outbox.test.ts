import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BakeoffOptions, Drop } from "#sdk/index.ts";
import { eventsIn, FakeWorker, hang } from "#test/support/fake-worker.ts";

let worker: FakeWorker;
let drops: Drop[];

beforeEach(() => {
  vi.useFakeTimers();
  worker = new FakeWorker();
  drops = [];
});
afterEach(() => vi.useRealTimers());

function client(options: Partial<BakeoffOptions> = {}) {
  const onDrop = (drop: Drop) => drops.push(drop);
  return worker.client({ onDrop, ...options });
}

const event = (unit = "u") => ({ experiment: "e", variant: "v", unit, metrics: { latency_ms: 1 } });

function logMany(bakeoff: ReturnType<typeof client>, count: number): void {
  for (let index = 0; index < count; index++) bakeoff.log(event(`u${index}`));
}

const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ code, detail: "no" }), { status, headers });

describe("events", () => {
  it("wait a second for company and leave together, each with an id of its own", async () => {
    const bakeoff = client();
    logMany(bakeoff, 3);
    await vi.advanceTimersByTimeAsync(999);
    expect(worker.received).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(worker.received).toHaveLength(1);
    expect(new Set(worker.acknowledged).size).toBe(3);
    expect(bakeoff.stats).toEqual({ queued: 0, delivered: 3, dropped: 0 });
  });

  it("leave at once when a hundred are there", async () => {
    const bakeoff = client();
    logMany(bakeoff, 100);
    await vi.advanceTimersByTimeAsync(0);
    expect(worker.events).toHaveLength(100);
  });

  it("keep leaving a hundred at a time, however fast the server is", async () => {
    const bakeoff = client();
    for (let index = 0; index < 1_000; index++) {
      bakeoff.log(event(`u${index}`));
      await Promise.resolve();
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(worker.acknowledged).toHaveLength(1_000);
    expect(worker.received.length).toBeLessThanOrEqual(11);
  });

  it("have ids that sort as they were made", async () => {
    const bakeoff = client();
    bakeoff.log(event());
    vi.advanceTimersByTime(2);
    bakeoff.log(event());
    await bakeoff.flush();
    const ids: string[] = worker.events.map(({ id }) => id);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids.toSorted()).toEqual(ids);
    expect(Number.parseInt(ids[1]?.replace("-", "").slice(0, 12) ?? "", 16)).toBe(Date.now());
  });

  it.each([
    ["the network fails", () => Promise.reject(new TypeError("fetch failed"))],
    ["the server fails", () => problem(500, "internal_error")],
    ["something in between fails", () => new Response("<h1>Bad gateway</h1>", { status: 502 })],
    ["something in between refuses", () => new Response("<h1>Forbidden</h1>", { status: 403 })],
    ["the answer is no receipt", () => Response.json({ hello: "there" })],
    ["the answer is not JSON", () => new Response("<html>Sign in to this Wi-Fi</html>")],
    ["it is asked to slow down", () => problem(429, "too_many")],
    ["no answer comes", hang],
  ])("are sent again, under the same ids, when %s", async (_, behavior) => {
    const bakeoff = client({ requestTimeoutMs: 2_000 });
    worker.behavior = behavior;
    logMany(bakeoff, 2);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(bakeoff.stats).toMatchObject({ queued: 2, delivered: 0, dropped: 0 });
    worker.behavior = undefined;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bakeoff.stats).toEqual({ queued: 0, delivered: 2, dropped: 0 });
    expect(new Set(worker.events.map(({ id }) => id)).size).toBe(2);
    expect(worker.acknowledged).toHaveLength(2);
  });

  it("are sent again after longer and longer pauses, up to half a minute", async () => {
    const bakeoff = client();
    const times: number[] = [];
    worker.behavior = () => {
      times.push(Date.now());
      return problem(503, "temporarily_unavailable");
    };
    bakeoff.log(event());
    await vi.advanceTimersByTimeAsync(600_000);
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    for (const [index, pause] of pauses.entries()) {
      const most = Math.min(30_000, 500 * 2 ** index);
      expect(pause).toBeGreaterThanOrEqual(most / 2);
      // Retries keep to the beat of the interval.
      expect(pause).toBeLessThanOrEqual(most + 1_000);
    }
    expect(pauses.length).toBeGreaterThan(20);
  });

  it.each([
    ["seconds", "40"],
    ["a date", "date"],
  ])("wait for as long as the server says, in %s", async (_, text) => {
    const bakeoff = client();
    const header = text === "date" ? new Date(Date.now() + 41_000).toUTCString() : text;
    worker.behavior = () => problem(429, "too_many", { "retry-after": header });
    bakeoff.log(event());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(worker.received).toHaveLength(1);
    worker.behavior = undefined;
    await vi.advanceTimersByTimeAsync(38_000);
    expect(worker.received).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(worker.acknowledged).toHaveLength(1);
  });

  it("are dropped at once when the daily quota is used up, so that what counts need not wait for tomorrow", async () => {
    const bakeoff = client();
    worker.behavior = () => problem(429, "daily_quota_used_up", { "retry-after": "40000" });
    logMany(bakeoff, 2);
    await bakeoff.flush();
    expect(bakeoff.stats).toEqual({ queued: 0, delivered: 0, dropped: 2 });
    worker.behavior = undefined;
    bakeoff.log(event());
    await vi.advanceTimersByTimeAsync(2_000);
    expect(worker.acknowledged).toHaveLength(1);
  });

  it("are dropped and reported, one by one, when Bakeoff itself refuses them for good", async () => {
    const bakeoff = client();
    worker.behavior = () => problem(401, "unknown_key");
    logMany(bakeoff, 2);
    await bakeoff.flush();
    expect(bakeoff.stats).toEqual({ queued: 0, delivered: 0, dropped: 2 });
    expect(drops.map(({ kind, code }) => `${kind} ${code}`)).toEqual([
      "event unknown_key",
      "event unknown_key",
    ]);
    expect(drops[1]?.item).toMatchObject({ unit: "u1" });
  });

  it("are dropped and reported alone when only they are rejected", async () => {
    const bakeoff = client();
    const rejected = [{ index: 1, id: "x", path: "/events/1", code: "unknown_variant", message: "no" }];
    worker.behavior = () => Response.json({ accepted: 2, duplicates: 0, rejected, warnings: [] });
    logMany(bakeoff, 3);
    await bakeoff.flush();
    expect(bakeoff.stats).toEqual({ queued: 0, delivered: 2, dropped: 1 });
    expect(drops).toMatchObject([{ code: "unknown_variant", item: { unit: "u1" } }]);
  });

  it("are dropped and reported once the queue is full", async () => {
    const bakeoff = client({ capacity: 150 });
    worker.behavior = () => problem(500, "internal_error");
    logMany(bakeoff, 400);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(bakeoff.stats).toEqual({ queued: 150, delivered: 0, dropped: 250 });
    expect(new Set(drops.map(({ code }) => code))).toEqual(new Set(["queue_full"]));
  });

  it("are dropped and reported when they cannot be written as JSON", () => {
    const bakeoff = client();
    const circular: Record<string, number> = {};
    Reflect.set(circular, "itself", circular);
    expect(() => bakeoff.log({ ...event(), phase: Object(circular) })).not.toThrow();
    expect(drops).toMatchObject([{ kind: "event", code: "not_serializable" }]);
  });

  it("clear a backlog in larger requests", async () => {
    const bakeoff = client();
    worker.behavior = () => problem(500, "internal_error");
    logMany(bakeoff, 2_500);
    await vi.advanceTimersByTimeAsync(1_000);
    worker.behavior = undefined;
    worker.received.length = 0;
    expect(await Promise.race([bakeoff.flush(60_000), vi.advanceTimersByTimeAsync(60_000)])).toBe(true);
    expect(worker.received.map(({ body }) => eventsIn(body).length)).toEqual([1_000, 1_000, 500]);
  });

  it("survive a listener that throws", async () => {
    const bakeoff = client({
      capacity: 1,
      onDrop: () => {
        throw new Error("the listener's own trouble");
      },
    });
    expect(() => logMany(bakeoff, 3)).not.toThrow();
    expect(bakeoff.stats.dropped).toBe(2);
  });

  it("are taken over from a request that has died, as those of a Worker do with their client", async () => {
    const bakeoff = client({ requestTimeoutMs: 2_000 });
    const stopped = { fetch: worker.fetch, setTimeout: globalThis.setTimeout };
    // Neither an answer nor a timer will ever come.
    worker.behavior = () => new Promise(() => {});
    vi.stubGlobal("setTimeout", () => 0);
    logMany(bakeoff, 2);
    void bakeoff.flush();
    await Promise.resolve();
    vi.stubGlobal("setTimeout", stopped.setTimeout);
    worker.behavior = undefined;
    expect(bakeoff.stats.queued).toBe(2);
    vi.setSystemTime(Date.now() + 3_001);
    await bakeoff.flush();
    expect(worker.acknowledged).toHaveLength(2);
    vi.unstubAllGlobals();
  });
});

describe("flushing", () => {
  it("keeps trying until its time is up, and says whether all is settled", async () => {
    const bakeoff = client();
    worker.behavior = () => problem(500, "internal_error");
    bakeoff.log(event());
    const flushed = bakeoff.flush(5_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await flushed).toBe(false);
    expect(worker.received.length).toBeGreaterThan(2);
    worker.behavior = undefined;
    const again = bakeoff.flush(60_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await again).toBe(true);
    expect(worker.acknowledged).toHaveLength(1);
  });

  it("gives up on a server that hangs when its time is up", async () => {
    const bakeoff = client();
    worker.behavior = hang;
    bakeoff.log(event());
    const flushed = bakeoff.flush(300);
    await vi.advanceTimersByTimeAsync(300);
    expect(await flushed).toBe(false);
  });
});

describe("closing", () => {
  it("sends what there is, and counts what could not be sent or comes later as dropped", async () => {
    const bakeoff = client();
    bakeoff.log(event());
    await bakeoff.flush();
    worker.behavior = () => problem(500, "internal_error");
    bakeoff.log(event("late"));
    const closed = bakeoff.close(100);
    await vi.advanceTimersByTimeAsync(100);
    expect(await closed).toBe(false);
    bakeoff.log(event("later"));
    expect(bakeoff.stats).toEqual({ queued: 0, delivered: 1, dropped: 2 });
    expect(drops.map(({ code }) => code)).toEqual(["closed", "closed"]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});
