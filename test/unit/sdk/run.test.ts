import { beforeEach, describe, expect, it } from "vitest";
import type { Bakeoff, BakeoffOptions, Drop } from "#sdk/index.ts";
import { FakeWorker, onlyEventOf } from "#test/support/fake-worker.ts";
import { opened } from "#test/support/opened-handle.ts";

let worker: FakeWorker;
let drops: Drop[];
let bakeoff: Bakeoff;
const asked = { unit: "u", fallback: { model: "fallback" } };

function client(options: Partial<BakeoffOptions> = {}) {
  return worker.client({
    prices: { small: { input: 1, output: 10 } },
    onDrop: (drop) => drops.push(drop),
    ...options,
  });
}

beforeEach(() => {
  worker = new FakeWorker();
  drops = [];
  bakeoff = client();
});

const onlyEvent = () => onlyEventOf(worker, bakeoff);

describe("a run", () => {
  it("hands the variant to the app's call, and its result back as it is", async () => {
    const answer = { text: "hello" };
    const { result, assigned } = await bakeoff.run("c", asked, (variant) => {
      expect(variant).toMatchObject({ value: { model: "small" }, variant: "control", reason: "SPLIT" });
      return answer;
    });
    expect(result).toBe(answer);
    expect(assigned.experiment).toBe("shorter");
  });

  it("logs one event with what it measured and what the call added", async () => {
    await bakeoff.run("c", { ...asked, properties: { country: "de" } }, async (_, record) => {
      record({ task_success: true }, { language: "en" });
      record({ refusal: 0 });
      return { usage: { prompt_tokens: 1_000, completion_tokens: 100 } };
    });
    expect(await onlyEvent()).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      experiment: "shorter",
      unit: "u",
      variant: "control",
      phase: 0,
      metrics: {
        latency_ms: expect.any(Number),
        error: 0,
        input_tokens: 1_000,
        output_tokens: 100,
        cost_usd: 0.002,
        task_success: true,
        refusal: 0,
      },
      properties: { country: "de", language: "en" },
    });
  });

  it("measures how long the call took", async () => {
    await bakeoff.run("c", asked, () => new Promise((resolve) => setTimeout(resolve, 30)));
    const { latency_ms } = (await onlyEvent()).metrics;
    expect(latency_ms).toBeGreaterThan(25);
    expect(latency_ms).toBeLessThan(5_000);
  });

  it.each([
    [
      "throws",
      () => {
        throw new RangeError("the app's own");
      },
    ],
    ["rejects", () => Promise.reject(new RangeError("the app's own"))],
  ])("that %s is logged as an error, and the app gets its own error", async (_, call) => {
    await expect(bakeoff.run("c", asked, call)).rejects.toThrow(new RangeError("the app's own"));
    expect((await onlyEvent()).metrics).toMatchObject({ error: 1, latency_ms: expect.any(Number) });
  });

  it("prices a call by the model that answered when the AI config names none that is known", async () => {
    bakeoff = client({ prices: { "large-2026": { input: 5, output: 5 } } });
    await bakeoff.run("c", asked, () => ({
      model: "large-2026",
      usage: { input_tokens: 100, output_tokens: 0 },
    }));
    expect((await onlyEvent()).metrics.cost_usd).toBe(0.0005);
  });

  it("on the fallback runs the app's call, and logs nothing: the unit is in no experiment", async () => {
    worker.behavior = () => new Response("", { status: 500 });
    const { result, handle, assigned } = await bakeoff.run("c", asked, ({ value }) => value.model);
    expect(result).toBe("fallback");
    expect(assigned.reason).toBe("ERROR");
    expect(bakeoff.feedback(handle, { task_success: 1 })).toBe(false);
    await bakeoff.flush();
    expect(worker.events).toEqual([]);
    expect(bakeoff.stats.dropped).toBe(0);
  });

  it("is not disturbed by results that throw when they are looked at", async () => {
    const hostile = new Proxy(
      {},
      {
        get: (_, name) => {
          if (name !== "then") throw new Error("hands off");
        },
      },
    );
    const { result } = await bakeoff.run("c", asked, () => hostile);
    expect(result).toBe(hostile);
    expect((await onlyEvent()).metrics.error).toBe(0);
  });

  it("reports what is recorded too late", async () => {
    let late: (metrics: Record<string, number>) => void = () => {};
    await bakeoff.run("c", asked, (_, record) => {
      late = record;
    });
    late({ task_success: 1 });
    expect(drops).toMatchObject([{ kind: "event", code: "too_late", item: { task_success: 1 } }]);
  });

  it("keeps the request of a Worker alive until its event is delivered", async () => {
    const work: Promise<unknown>[] = [];
    await bakeoff.run("c", { ...asked, waitUntil: (promise) => work.push(promise) }, () => "done");
    expect(work.length).toBeGreaterThan(0);
    await Promise.all(work);
    expect(worker.acknowledged).toHaveLength(1);
  });
});

describe("feedback", () => {
  it("is attributed to the run's unit and variant, from another client too", async () => {
    const { handle } = await bakeoff.run("c", { ...asked, unit: "Zoë 日本" }, () => "done");
    const elsewhere = client();
    expect(elsewhere.feedback(handle, { user_satisfaction: 4 }, { properties: { page: "help" } })).toBe(true);
    await elsewhere.flush();
    expect(opened(handle, "bk_x")).toMatchObject({
      experiment: "shorter",
      unit: "Zoë 日本",
      variant: "control",
      phase: 0,
    });
    expect(worker.events).toMatchObject([
      {
        handle,
        metrics: { user_satisfaction: 4 },
        properties: { page: "help" },
      },
    ]);
  });

  it("counts once for the same metrics of a run, and apart for others or under an id of its own", async () => {
    const { handle } = await bakeoff.run("c", asked, () => "done");
    bakeoff.feedback(handle, { task_success: 1 });
    bakeoff.feedback(handle, { task_success: 0 });
    bakeoff.feedback(handle, { user_satisfaction: 4, task_success: 0 });
    bakeoff.feedback(handle, { task_success: 1, user_satisfaction: 4 });
    bakeoff.feedback(handle, { task_success: 0 }, { id: "second-thoughts" });
    await bakeoff.flush();
    const ids = worker.events.slice(1).map(({ id }) => id);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[3]).toBe(ids[2]);
    expect(ids[4]).toBe("second-thoughts");
    expect(new Set(worker.events.map(({ id }) => id)).size).toBe(4);
  });

  it("for what is no handle is reported, and harms nobody", () => {
    expect(bakeoff.feedback("b1.garbage", { task_success: 1 })).toBe(false);
    expect(drops).toMatchObject([{ kind: "feedback", code: "invalid_handle" }]);
    expect(bakeoff.stats.dropped).toBe(1);
  });
});
