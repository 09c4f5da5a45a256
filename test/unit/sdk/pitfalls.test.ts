import Anthropic from "@anthropic-ai/sdk";
import { simulateReadableStream, streamText } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bakeoff, Price } from "../../../sdk/src/index.ts";
import { exposuresIn, FakeWorker, onlyEventOf } from "../../support/fake-worker.ts";
import { rulesetDocument, rulesetExperiment } from "../../support/ruleset-builder.ts";

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

describe("a cost", () => {
  const prices: Record<string, Price> = {
    "gpt-4o": { input: 2.5, output: 10 },
    "claude-sonnet-4-5": { input: 3, output: 15, cached_input: 0.3, cache_write: 3.75 },
  };

  async function costOf(result: object, model?: string) {
    worker = new FakeWorker();
    worker.value = model ? { model } : {};
    bakeoff = worker.client({ prices });
    await bakeoff.run("c", asked, () => result);
    return (await onlyEvent()).metrics.cost_usd;
  }

  const usage = { input_tokens: 100, output_tokens: 50 };

  it.each(["gpt-4o", "gpt-4o-2024-08-06", "openai/gpt-4o", "openrouter/openai/gpt-4o-2024-08-06"])(
    "is found under the name of %s",
    async (model) => {
      expect(await costOf({ model, usage })).toBeCloseTo(0.00075, 12);
    },
  );

  it("is found under the name that was asked for where the answer calls itself something else", async () => {
    expect(await costOf({ model: "deployment-7", usage }, "gpt-4o")).toBeCloseTo(0.00075, 12);
  });

  it("is not 0, but none, for a model that has no price", async () => {
    expect(await costOf({ model: "gpt-4o-mini", usage })).toBeUndefined();
    expect(await costOf({ model: "gpt-4o", usage: { input_tokens: 100 } })).toBeUndefined();
  });

  it("counts what a gateway says of the cache in two places once", async () => {
    const gateway = {
      prompt_tokens: 6_025,
      completion_tokens: 15,
      prompt_tokens_details: { cached_tokens: 5_000, cache_creation_tokens: 1_000 },
      cache_read_input_tokens: 5_000,
      cache_creation_input_tokens: 1_000,
    };
    const model = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
    expect(await costOf({ model, usage: gateway })).toBeCloseTo(0.00555, 12);
  });

  it("counts Anthropic's writes once where it breaks them down by how long they last", async () => {
    const message = {
      input_tokens: 25,
      cache_creation_input_tokens: 1_000,
      cache_read_input_tokens: 5_000,
      cache_creation: { ephemeral_5m_input_tokens: 1_000, ephemeral_1h_input_tokens: 0 },
      output_tokens: 15,
    };
    expect(await costOf({ model: "claude-sonnet-4-5", usage: message })).toBeCloseTo(0.00555, 12);
  });
});

it("the calls that a helper makes for one answer, with tools between them, are summed up", async () => {
  const usage = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 };
  const completion = (message: object, finish_reason: string) =>
    Response.json({
      ...chunk({}),
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: null, ...message }, finish_reason }],
      usage,
    });
  const call = { id: "call_1", type: "function", function: { name: "look", arguments: "{}" } };
  const answers = [completion({ tool_calls: [call] }, "tool_calls"), completion({ content: "seen" }, "stop")];
  const openai = new OpenAI({ apiKey: "none", fetch: async () => answers.shift() ?? Response.error() });
  const look = { name: "look", description: "", parameters: {}, function: () => "something" };
  const { result } = await bakeoff.run("c", asked, () =>
    openai.chat.completions.runTools({
      model: "m",
      messages,
      tools: [{ type: "function", function: { ...look, parse: JSON.parse } }],
    }),
  );
  expect(await result.finalContent()).toBe("seen");
  expect((await onlyEvent()).metrics).toMatchObject({ error: 0, input_tokens: 200, output_tokens: 100 });
});

it.each([false, true])(
  "Anthropic's loop of tools, which is awaited, is summed up too, stream: %s",
  async (stream) => {
    const usage = { input_tokens: 100, output_tokens: 50 };
    const look = { type: "tool_use", id: "call_1", name: "look", input: {} };
    const turns = [
      { content: [look], stop_reason: "tool_use" },
      { content: [{ type: "text", text: "seen" }], stop_reason: "end_turn" },
    ];
    const base = { id: "msg_1", type: "message", role: "assistant", model: "m", stop_sequence: null };
    const eventsOf = ({ content, stop_reason }: (typeof turns)[number]) => [
      { type: "message_start", message: { ...base, content: [], stop_reason: null, usage } },
      ...content.flatMap((block, index) => [
        { type: "content_block_start", index, content_block: block },
        { type: "content_block_stop", index },
      ]),
      { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 50 } },
      { type: "message_stop" },
    ];
    const anthropic = new Anthropic({
      apiKey: "none",
      maxRetries: 0,
      fetch: async () => {
        const turn = turns.shift();
        if (!turn) return Response.error();
        if (!stream) return Response.json({ ...base, ...turn, usage });
        const lines = eventsOf(turn).map(
          (event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
        );
        return new Response(lines.join(""), { headers: { "content-type": "text/event-stream" } });
      },
    });
    const tool = {
      type: "custom" as const,
      name: "look",
      input_schema: { type: "object" as const },
      run: () => "something",
      parse: (input: unknown) => input,
    };
    const { result } = await bakeoff.run("c", asked, () =>
      anthropic.beta.messages.toolRunner({ model: "m", max_tokens: 5, messages, tools: [tool], stream }),
    );
    expect(result).toMatchObject({ content: [{ type: "text" }] });
    expect((await onlyEvent()).metrics).toMatchObject({ error: 0, input_tokens: 200, output_tokens: 100 });
  },
);

it("exposures and events that leave with a page fit together into what browsers allow", async () => {
  const ruleset = rulesetDocument(rulesetExperiment("shorter", [0.5, 0.5]));
  // What is loaded for local mode looks for a whole page where there is a document.
  expect(await worker.client({ mode: "local", ruleset }).ready(20_000)).toBe(true);
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  Reflect.set(globalThis, "document", page);
  try {
    const leaving = worker.client({ mode: "local", ruleset, intervalMs: 60_000, batchSize: 10_000 });
    expect(await leaving.ready(20_000)).toBe(true);
    for (let index = 0; index < 600; index++) {
      const unit = `${"ü".repeat(100)}-${index}`;
      leaving.assignNow("answer", { unit, fallback: {} });
      leaving.log({ experiment: "shorter", unit, metrics: { error: 0 } });
    }
    page.visibilityState = "hidden";
    page.dispatchEvent(new Event("visibilitychange"));
    const farewells = worker.received.filter(({ init }) => init.keepalive);
    expect(farewells.map(({ path }) => path).sort()).toEqual(["/v1/events", "/v1/exposures"]);
    expect(
      farewells.flatMap(({ path, body }) => (path === "/v1/exposures" ? exposuresIn(body) : [])),
    ).not.toEqual([]);
    const bytes = farewells.map(({ init }) => new TextEncoder().encode(init.body ?? "").length);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(65_536);
  } finally {
    Reflect.deleteProperty(globalThis, "document");
  }
});
