import { ReadableStream } from "node:stream/web";
import OpenAI from "openai";
import { beforeEach, describe, expect, it } from "vitest";
import type { Bakeoff } from "#sdk/index.ts";
import { FakeWorker, onlyEventOf } from "#test/support/fake-worker.ts";

let worker: FakeWorker;
let bakeoff: Bakeoff;
const asked = { unit: "u", fallback: { model: "fallback" } };

beforeEach(() => {
  worker = new FakeWorker();
  bakeoff = worker.client();
});

const onlyEvent = () => onlyEventOf(worker, bakeoff);

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

function expectMeasuredStream(metrics: Record<string, number | boolean>): void {
  expect(metrics).toMatchObject({ error: 0, input_tokens: 7, output_tokens: 2 });
  expect(metrics.ttft_ms).toBeGreaterThan(15);
  expect(metrics.latency_ms).toBeGreaterThan(Number(metrics.ttft_ms) + 10);
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
      expect(metrics.cancelled).toBe(1);
      expect(properties).toBeUndefined();
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
