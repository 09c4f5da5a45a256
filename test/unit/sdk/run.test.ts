import { ReadableStream } from "node:stream/web";
import OpenAI from "openai";
import { beforeEach, describe, expect, it } from "vitest";
import { type Bakeoff, type BakeoffOptions, createBakeoff, type Drop } from "../../../sdk/src/index.ts";
import { FakeWorker } from "../../support/fake-worker.ts";

let worker: FakeWorker;
let drops: Drop[];
let bakeoff: Bakeoff;
const asked = { unit: "u", fallback: { model: "fallback" } };

function client(options: Partial<BakeoffOptions> = {}) {
  return createBakeoff({
    url: "https://bakeoff.test",
    key: "bk_x",
    fetch: worker.fetch,
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

/** The one outcome event that there is after everything has been sent. */
async function onlyEvent() {
  await bakeoff.flush();
  expect(worker.events).toHaveLength(1);
  return worker.events[0];
}

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
      period: 0,
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
    worker.behaviour = () => new Response("", { status: 500 });
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

const chunks = [
  { choices: [{ delta: { role: "assistant", content: "" } }] },
  { choices: [{ delta: { content: "Hel" } }] },
  { choices: [{ delta: { content: "lo" } }] },
  { choices: [], usage: { prompt_tokens: 7, completion_tokens: 2 } },
];

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Announces itself at once, says something after 20 ms, and ends 20 ms later. */
async function* generate() {
  for (const [index, chunk] of chunks.entries()) {
    if (index === 1 || index === 3) await wait(20);
    yield chunk;
  }
}

async function collect(stream: AsyncIterable<unknown>) {
  const collected = [];
  for await (const chunk of stream) collected.push(chunk);
  return collected;
}

function expectMeasuredStream(metrics: Record<string, number>): void {
  expect(metrics).toMatchObject({ error: 0, input_tokens: 7, output_tokens: 2 });
  expect(metrics.ttft_ms).toBeGreaterThan(15);
  expect(metrics.latency_ms).toBeGreaterThan((metrics.ttft_ms ?? 0) + 10);
}

describe("a stream", () => {
  it("is passed on as it is read, and logged when it has ended", async () => {
    const { result } = await bakeoff.run("c", asked, () => generate());
    await bakeoff.flush();
    expect(worker.events).toEqual([]);
    expect(await collect(result)).toEqual(chunks);
    expectMeasuredStream((await onlyEvent()).metrics);
  });

  it("may be a ReadableStream, read no faster than the app reads", async () => {
    let pulled = 0;
    const source = new ReadableStream(
      {
        async pull(controller) {
          const chunk = chunks[pulled++];
          if (pulled === 2 || pulled === 4) await wait(20);
          if (chunk) controller.enqueue(chunk);
          else controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const { result } = await bakeoff.run("c", asked, () => source);
    await wait(5);
    expect(pulled).toBe(0);
    expect(await collect(result)).toEqual(chunks);
    expectMeasuredStream((await onlyEvent()).metrics);
  });

  it("may be the body of a response", async () => {
    const { result } = await bakeoff.run("c", asked, () => new Response("data: hello", { status: 201 }));
    expect(result.status).toBe(201);
    expect(await result.text()).toBe("data: hello");
    expect((await onlyEvent()).metrics).toMatchObject({ error: 0, ttft_ms: expect.any(Number) });
  });

  it("may be carried by an object", async () => {
    const carrier = { textStream: generate(), warnings: [] };
    const { result } = await bakeoff.run("c", asked, () => carrier);
    expect(result).toBe(carrier);
    expect(await collect(result.textStream)).toEqual(chunks);
    expectMeasuredStream((await onlyEvent()).metrics);
  });

  it("may be made anew by a getter each time, beside a usage that is promised", async () => {
    class Result {
      reads = 0;
      get textStream() {
        this.reads += 1;
        return ReadableStream.from(["Hel", "lo"]);
      }
      get totalUsage() {
        return wait(5).then(() => ({ inputTokens: 7, outputTokens: 2 }));
      }
    }
    const { result } = await bakeoff.run("c", asked, () => new Result());
    expect(result.reads).toBe(0);
    expect(result).toBeInstanceOf(Result);
    expect(await collect(result.textStream)).toEqual(["Hel", "lo"]);
    expect((await onlyEvent()).metrics).toMatchObject({ input_tokens: 7, output_tokens: 2, error: 0 });
  });

  it("of OpenAI's client keeps being one, whichever way it is read", async () => {
    const lines = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("");
    const openai = new OpenAI({
      apiKey: "none",
      fetch: async () =>
        new Response(`${lines}data: [DONE]\n\n`, { headers: { "content-type": "text/event-stream" } }),
    });
    const call = () => openai.chat.completions.create({ model: "m", messages: [], stream: true });
    const plain = await bakeoff.run("c", asked, call);
    expect(await collect(plain.result)).toMatchObject(chunks);
    const split = await bakeoff.run("c", asked, call);
    const [left, right] = split.result.tee();
    expect(await Promise.all([collect(left), collect(right)])).toMatchObject([chunks, chunks]);
    const read = await bakeoff.run("c", asked, call);
    expect(await new Response(read.result.toReadableStream()).text()).toContain("Hel");
    await bakeoff.flush();
    expect(worker.events.map(({ metrics }) => metrics.input_tokens)).toEqual([7, 7, 7]);
  });

  it("that breaks is logged as an error, and the reader gets the error", async () => {
    async function* broken() {
      yield "Hel";
      throw new RangeError("the provider's own");
    }
    const iterated = await bakeoff.run("c", asked, broken);
    await expect(collect(iterated.result)).rejects.toThrow("the provider's own");
    const readable = await bakeoff.run("c", asked, () => ReadableStream.from(broken()));
    await expect(collect(readable.result)).rejects.toThrow("the provider's own");
    await bakeoff.flush();
    expect(worker.events.map(({ metrics }) => metrics.error)).toEqual([1, 1]);
  });

  it("that its reader leaves is logged as such: how long it would have taken is not known", async () => {
    const { result } = await bakeoff.run("c", asked, () => generate());
    for await (const _ of result) break;
    const left = await bakeoff.run("c", asked, () => ReadableStream.from(generate()));
    await left.result.cancel();
    await bakeoff.flush();
    for (const { metrics, properties } of worker.events) {
      expect(metrics).not.toHaveProperty("latency_ms");
      expect(metrics.error).toBe(0);
      expect(properties).toEqual({ cancelled: true });
    }
    expect(worker.events).toHaveLength(2);
  });

  it("takes what the call records until it has ended", async () => {
    const { result } = await bakeoff.run("c", asked, async function* (_, record) {
      yield "Hello";
      record({ task_success: 1 });
    });
    await collect(result);
    expect((await onlyEvent()).metrics.task_success).toBe(1);
  });

  it.each([
    [[{ type: "stream-start" }, { type: "response-metadata" }]],
    [[{ type: "response.created" }, { type: "response.in_progress" }]],
    [[{ type: "message_start" }, { type: "content_block_start" }, { type: "ping" }]],
    [[{ choices: [{ delta: { role: "assistant", content: null, refusal: null } }] }]],
  ])("has no first token yet in %j", async (announcements) => {
    const { result } = await bakeoff.run("c", asked, () => ReadableStream.from<unknown>(announcements));
    await collect(result);
    expect((await onlyEvent()).metrics).not.toHaveProperty("ttft_ms");
  });

  it.each([
    [{ type: "text-delta", delta: "H" }],
    [{ type: "reasoning-delta", delta: "H" }],
    [{ type: "tool-call" }],
    [{ type: "response.output_text.delta" }],
    [{ type: "content_block_delta" }],
    [{ choices: [{ delta: { tool_calls: [{}] } }] }],
    ["H"],
    [new Uint8Array([72])],
  ])("has its first token in %j", async (chunk) => {
    const { result } = await bakeoff.run("c", asked, () => ReadableStream.from([chunk]));
    await collect(result);
    expect((await onlyEvent()).metrics).toHaveProperty("ttft_ms");
  });
});

describe("feedback", () => {
  it("is attributed to the run's unit and variant, from another client too", async () => {
    const { handle } = await bakeoff.run("c", { ...asked, unit: "Zoë 日本" }, () => "done");
    const elsewhere = client();
    expect(elsewhere.feedback(handle, { user_satisfaction: 4 }, { properties: { page: "help" } })).toBe(true);
    await elsewhere.flush();
    expect(worker.events).toMatchObject([
      {
        experiment: "shorter",
        unit: "Zoë 日本",
        variant: "control",
        period: 0,
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
