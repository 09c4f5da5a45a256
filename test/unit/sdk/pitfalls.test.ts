import Anthropic from "@anthropic-ai/sdk";
import { simulateReadableStream, streamText } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bakeoff } from "#sdk/index.ts";
import { FakeWorker, onlyEventOf } from "#test/support/fake-worker.ts";

/*
 * What users of other tools have complained of, in tools that watch clients of models: each of these has happened to
 * somebody.
 */

let worker: FakeWorker;
let bakeoff: Bakeoff;
const asked = { unit: "u1", fallback: {} };
const messages = [{ role: "user" as const, content: "Hi" }];

const unhandled: unknown[] = [];
const note = (cause: unknown) => void unhandled.push(cause);

beforeEach(() => {
  worker = new FakeWorker();
  bakeoff = worker.client();
  unhandled.length = 0;
  process.on("unhandledRejection", note);
});
afterEach(() => void process.off("unhandledRejection", note));

const onlyEvent = () => onlyEventOf(worker, bakeoff);
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A client of OpenAI's whose server answers with these lines. */
function openaiWith(...lines: unknown[]) {
  const body = lines.map((line) => `data: ${typeof line === "string" ? line : JSON.stringify(line)}\n\n`);
  return new OpenAI({
    apiKey: "none",
    maxRetries: 0,
    fetch: async () => new Response(body.join(""), { headers: { "content-type": "text/event-stream" } }),
  });
}

const chunk = (delta: object, finish_reason: string | null = null) => ({
  id: "1",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta, finish_reason }],
});

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream) {
    // Reading is all there is to it.
  }
}

describe("a provider that fails in the middle of a stream", () => {
  const error = { error: { message: "rate limited", code: 429 } };

  it("ends nobody's process: the error is the reader's, and is logged once", async () => {
    const openai = openaiWith(chunk({ content: "Hel" }), error);
    const call = () => openai.chat.completions.create({ model: "m", messages, stream: true });
    const { result } = await bakeoff.run("c", asked, call);
    await expect(drain(result)).rejects.toThrow("rate limited");
    await turn();
    expect(unhandled).toEqual([]);
    expect((await onlyEvent()).metrics).toMatchObject({ error: 1 });
  });

  it("is an error in the raw response, too, which the client hands on unread", async () => {
    const openai = openaiWith(chunk({ content: "Hel" }), error);
    const call = () => openai.chat.completions.create({ model: "m", messages, stream: true }).asResponse();
    const { result } = await bakeoff.run("c", asked, call);
    expect(result.bodyUsed).toBe(false);
    expect(await result.text()).toContain("rate limited");
    expect((await onlyEvent()).metrics).toMatchObject({ error: 1, ttft_ms: expect.any(Number) });
  });

  it("is one when Anthropic's stream says that it is overloaded", async () => {
    const text = `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`;
    const anthropic = new Anthropic({
      apiKey: "none",
      maxRetries: 0,
      fetch: async () => new Response(text, { headers: { "content-type": "text/event-stream" } }),
    });
    const settings = { model: "claude-opus-4-5", max_tokens: 5, messages };
    const { result } = await bakeoff.run("c", asked, () => anthropic.messages.stream(settings));
    await expect(result.finalMessage()).rejects.toThrow("Overloaded");
    await turn();
    expect(unhandled).toEqual([]);
    expect((await onlyEvent()).metrics).toMatchObject({ error: 1 });
  });
});

describe("the raw response of a call", () => {
  it("tells tokens, model and how it ended, and is read by the app as it likes", async () => {
    bakeoff = worker.client({ prices: { "gpt-4o": { input: 2.5, output: 10 } } });
    worker.value = {};
    const usage = { input_tokens: 100, output_tokens: 50, total_tokens: 150 };
    const bodies = [
      { object: "response", status: "completed", model: "gpt-4o-2024-08-06", usage },
      { object: "response", status: "failed", model: "gpt-4o-2024-08-06", error: { code: "server_error" } },
    ];
    const openai = new OpenAI({
      apiKey: "none",
      fetch: async () => Response.json(bodies.shift(), { headers: { "x-request-id": "7" } }),
    });
    for (const status of ["completed", "failed"]) {
      const call = () => openai.responses.create({ model: "gpt-4o", input: "Hi" }).asResponse();
      const { result } = await bakeoff.run("c", asked, call);
      expect(result.headers.get("x-request-id")).toBe("7");
      expect(await result.json()).toMatchObject({ status });
    }
    await bakeoff.flush();
    expect(worker.events.map(({ metrics }) => metrics)).toEqual([
      { latency_ms: expect.any(Number), error: 0, input_tokens: 100, output_tokens: 50, cost_usd: 0.00075 },
      { latency_ms: expect.any(Number), error: 1 },
    ]);
  });
});

describe("the raw response of a stream", () => {
  it("tells tokens, model and the first token like the stream itself", async () => {
    bakeoff = worker.client({ prices: { "gpt-4o": { input: 2.5, output: 10 } } });
    worker.value = {};
    const usage = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 };
    const last = { ...chunk({}, "stop"), model: "gpt-4o-2024-08-06", usage };
    const openai = openaiWith(
      chunk({ role: "assistant", content: "" }),
      chunk({ content: "Hel" }),
      last,
      "[DONE]",
    );
    const call = () => openai.chat.completions.create({ model: "m", messages, stream: true }).asResponse();
    const { result } = await bakeoff.run("c", asked, call);
    expect(result.headers.get("content-type")).toBe("text/event-stream");
    await result.text();
    expect((await onlyEvent()).metrics).toMatchObject({
      input_tokens: 100,
      output_tokens: 50,
      cost_usd: 0.00075,
      ttft_ms: expect.any(Number),
    });
  });

  it("that says no by its status is an error", async () => {
    await bakeoff.run("c", asked, () => new Response(null, { status: 503 }));
    const { result } = await bakeoff.run("c", asked, () => new Response("no", { status: 429 }));
    await result.text();
    await bakeoff.flush();
    expect(worker.events.map(({ metrics }) => metrics.error)).toEqual([1, 1]);
  });
});

it("withResponse() of every resource keeps working, and its stream is still the client's own", async () => {
  const openai = openaiWith({ type: "response.completed", response: { usage: null } });
  const { result } = await bakeoff.run("c", asked, () =>
    openai.responses.create({ model: "m", input: "Hi", stream: true }).withResponse(),
  );
  expect(result.response).toBeInstanceOf(Response);
  expect(result.data.constructor.name).toBe("Stream");
  const [left, right] = result.data.tee();
  await Promise.all([drain(left), drain(right)]);
  expect((await onlyEvent()).metrics).toMatchObject({ error: 0, latency_ms: expect.any(Number) });
});

it("an object with private members stays the one it was", async () => {
  class Answers {
    readonly #parts = ["Hel", "lo"];
    async *[Symbol.asyncIterator]() {
      yield* this.#parts;
    }
    get length() {
      return this.#parts.length;
    }
  }
  const answers = new Answers();
  const { result } = await bakeoff.run("c", asked, () => answers);
  expect(result).toBe(answers);
  expect(result.length).toBe(2);
  await drain(result);
  expect((await onlyEvent()).metrics).toMatchObject({ error: 0 });
});

it("a stream of a class of its own stays one, and is observed however it is read", async () => {
  class Lines extends ReadableStream<string> {
    readonly #unit = "line";
    unit() {
      return this.#unit;
    }
  }
  const make = () =>
    new Lines({
      start(controller) {
        controller.enqueue("one");
        controller.close();
      },
    });
  const readings: ((lines: Lines) => unknown)[] = [
    (lines) => drain(lines),
    (lines) => lines.pipeThrough(new TransformStream()).pipeTo(new WritableStream()),
    (lines) => Promise.all(lines.tee().map((branch) => drain(branch))),
    async (lines) => {
      const reader = lines.getReader();
      while (!(await reader.read()).done);
    },
  ];
  for (const read of readings) {
    const lines = make();
    const { result } = await bakeoff.run("c", asked, () => lines);
    expect(result).toBe(lines);
    expect(result.unit()).toBe("line");
    await read(result);
  }
  await bakeoff.flush();
  expect(worker.events.map(({ metrics }) => [metrics.error, typeof metrics.ttft_ms])).toEqual(
    readings.map(() => [0, "number"]),
  );
});

describe("an abortion for a reason that is no AbortError", () => {
  const model = new MockLanguageModelV4({
    doStream: async () => ({
      stream: simulateReadableStream({
        initialDelayInMs: 5,
        chunkDelayInMs: 50,
        chunks: [
          { type: "stream-start", warnings: [] },
          { type: "text-start", id: "1" },
          { type: "text-delta", id: "1", delta: "Hel" },
          { type: "text-delta", id: "1", delta: "lo" },
        ],
      }),
    }),
  });

  it.each([
    ["a text", "the user has left"],
    ["an error", new RangeError("the user has left")],
  ])("of streamText leaves no rejection unhandled that was not: %s", async (_, reason) => {
    const read = async (run: typeof bakeoff.run | undefined) => {
      unhandled.length = 0;
      const controller = new AbortController();
      const call = () => streamText({ model, prompt: "Hi", abortSignal: controller.signal, onError() {} });
      const result = run ? (await run("c", asked, call)).result : call();
      const reading = drain(result.textStream).catch(() => {});
      await turn();
      controller.abort(reason);
      await reading;
      await turn();
      return unhandled.length;
    };
    const plain = await read(undefined);
    expect(await read(bakeoff.run)).toBe(plain);
    expect((await onlyEvent()).metrics).toMatchObject({ cancelled: 1, error: 0 });
  });
});

describe("the first token", () => {
  it.each([
    ["the model thinking aloud", { reasoning_content: "Hm" }, true],
    ["the model thinking aloud, by another name", { reasoning: "Hm" }, true],
    ["a tool call", { tool_calls: [{ index: 0 }] }, true],
    ["an empty text beside a role", { role: "assistant", content: "" }, false],
    ["an empty list of tool calls", { role: "assistant", content: null, tool_calls: [] }, false],
  ])("is not the first chunk: %s", async (_, delta, isToken) => {
    const openai = openaiWith(chunk(delta), chunk({}, "stop"), "[DONE]");
    const call = () => openai.chat.completions.create({ model: "m", messages, stream: true });
    await drain((await bakeoff.run("c", asked, call)).result);
    expect("ttft_ms" in (await onlyEvent()).metrics).toBe(isToken);
  });
});

describe("a reader who leaves", () => {
  it("is logged at once: what flushes next finds the event", async () => {
    const openai = openaiWith(chunk({ content: "Hel" }), chunk({ content: "lo" }), "[DONE]");
    const call = () => openai.chat.completions.create({ model: "m", messages, stream: true });
    for await (const _ of (await bakeoff.run("c", asked, call)).result) break;
    expect((await onlyEvent()).metrics).toMatchObject({ cancelled: 1, error: 0 });
  });

  it("has not had the last word where a server writes an empty reason into every chunk", async () => {
    const openai = openaiWith(chunk({ content: "Hel" }, ""), chunk({ content: "lo" }, ""), "[DONE]");
    const call = () => openai.chat.completions.create({ model: "m", messages, stream: true });
    for await (const _ of (await bakeoff.run("c", asked, call)).result) break;
    expect((await onlyEvent()).metrics).toMatchObject({ cancelled: 1 });
  });

  it("is not anybody whose client aborts its own controller once all is read", async () => {
    const controller = new AbortController();
    const stream = {
      controller,
      async *[Symbol.asyncIterator]() {
        yield chunk({ content: "Hello" });
        yield chunk({}, "stop");
        controller.abort();
      },
    };
    await drain((await bakeoff.run("c", asked, () => stream)).result);
    const { metrics } = await onlyEvent();
    expect(metrics).toMatchObject({ error: 0, latency_ms: expect.any(Number) });
    expect(metrics).not.toHaveProperty("cancelled");
  });
});
