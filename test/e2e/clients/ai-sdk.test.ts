import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type {
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from "@ai-sdk/provider";
import { generateText, simulateReadableStream, streamText, wrapLanguageModel } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bakeoffMiddleware, type MiddlewareOptions } from "#sdk/ai.ts";
import type { Bakeoff, ConfigValue } from "#sdk/index.ts";
import { startStubProvider } from "#test/e2e/support/stub-provider.ts";
import { FakeWorker, onlyEventOf } from "#test/support/fake-worker.ts";

const value: ConfigValue = {
  model: "small",
  system_prompt: "Answer briefly.",
  parameters: { temperature: 0.2, top_p: 0.9, max_tokens: 50, stop: "END" },
};

let worker: FakeWorker;
let bakeoff: Bakeoff;

beforeEach(() => {
  worker = new FakeWorker();
  worker.value = value;
  bakeoff = worker.client({ prices: { small: { input: 10, output: 100 } } });
});

function middleware(options: Partial<MiddlewareOptions> = {}) {
  return bakeoffMiddleware(bakeoff, { config: "support-answer", unit: "user-1", ...options });
}

const onlyEvent = () => onlyEventOf(worker, bakeoff);

const usage: LanguageModelV4Usage = {
  inputTokens: { total: 12, noCache: 12, cacheRead: 0, cacheWrite: undefined },
  outputTokens: { total: 3, text: 3, reasoning: undefined },
};
const finishReason: LanguageModelV4FinishReason = { unified: "stop", raw: "stop" };

function mockModel() {
  return new MockLanguageModelV4({
    doGenerate: { content: [{ type: "text", text: "Hello" }], finishReason, usage, warnings: [] },
    doStream: async () => ({
      stream: simulateReadableStream<LanguageModelV4StreamPart>({
        chunkDelayInMs: 15,
        chunks: [
          { type: "stream-start", warnings: [] },
          { type: "text-start", id: "1" },
          { type: "text-delta", id: "1", delta: "Hel" },
          { type: "text-delta", id: "1", delta: "lo" },
          { type: "text-end", id: "1" },
          { type: "finish", finishReason, usage },
        ],
      }),
    }),
  });
}

describe("the middleware, around a mock model", () => {
  it("applies the version's system prompt and parameters, and keeps what they leave open", async () => {
    const mock = mockModel();
    const model = wrapLanguageModel({ model: mock, middleware: middleware() });
    const { text } = await generateText({ model, system: "Be kind.", prompt: "Hi", temperature: 1, topK: 7 });
    expect(text).toBe("Hello");
    expect(mock.doGenerateCalls[0]).toMatchObject({
      temperature: 0.2,
      topP: 0.9,
      maxOutputTokens: 50,
      stopSequences: ["END"],
      topK: 7,
      prompt: [
        { role: "system", content: "Answer briefly." },
        { role: "user", content: [{ type: "text", text: "Hi" }] },
      ],
    });
  });

  it("logs one event for a generated text", async () => {
    await generateText({
      model: wrapLanguageModel({ model: mockModel(), middleware: middleware() }),
      prompt: "Hi",
    });
    const { metrics, unit, variant } = await onlyEvent();
    expect({ unit, variant }).toEqual({ unit: "user-1", variant: "control" });
    expect(metrics).toEqual({
      latency_ms: expect.any(Number),
      error: 0,
      input_tokens: 12,
      output_tokens: 3,
      cost_usd: 0.00042,
    });
  });

  it("leaves a stream as it is, and logs latency and time to first token when it has ended", async () => {
    const model = wrapLanguageModel({ model: mockModel(), middleware: middleware() });
    const result = streamText({ model, prompt: "Hi" });
    const parts = [];
    for await (const part of result.textStream) parts.push(part);
    expect(parts).toEqual(["Hel", "lo"]);
    expect(await result.usage).toMatchObject({ inputTokens: 12, outputTokens: 3 });
    const { metrics } = await onlyEvent();
    expect(metrics).toMatchObject({ error: 0, input_tokens: 12, output_tokens: 3, cost_usd: 0.00042 });
    expect(metrics.ttft_ms).toBeGreaterThan(20);
    expect(metrics.latency_ms).toBeGreaterThan(Number(metrics.ttft_ms) + 20);
  });

  it("puts the model of the resolver in the place of the wrapped one", async () => {
    const wrapped = mockModel();
    const other = mockModel();
    const asked: unknown[] = [];
    const resolveModel = (found: ConfigValue) => {
      asked.push(found.model);
      return other;
    };
    const model = wrapLanguageModel({ model: wrapped, middleware: middleware({ resolveModel }) });
    await generateText({ model, prompt: "Hi" });
    expect(asked).toEqual(["small"]);
    expect([wrapped.doGenerateCalls.length, other.doGenerateCalls.length]).toEqual([0, 1]);
  });

  it("logs the model's error, and hands it on", async () => {
    const failing = new MockLanguageModelV4({
      doGenerate: () => Promise.reject(new Error("the provider's own")),
    });
    const model = wrapLanguageModel({ model: failing, middleware: middleware() });
    await expect(generateText({ model, prompt: "Hi", maxRetries: 0 })).rejects.toThrow("the provider's own");
    expect((await onlyEvent()).metrics.error).toBe(1);
  });

  it("logs an error that a stream tells of", async () => {
    const failing = new MockLanguageModelV4({
      doStream: async () => ({
        stream: simulateReadableStream<LanguageModelV4StreamPart>({
          chunks: [
            { type: "stream-start", warnings: [] },
            { type: "error", error: new Error("the provider's own") },
          ],
        }),
      }),
    });
    const model = wrapLanguageModel({ model: failing, middleware: middleware() });
    const told: unknown[] = [];
    const result = streamText({
      model,
      prompt: "Hi",
      maxRetries: 0,
      onError: ({ error }) => told.push(error),
    });
    await result.consumeStream();
    expect(told).toHaveLength(1);
    expect((await onlyEvent()).metrics.error).toBe(1);
  });

  it("takes the unit from the call, and tells the handle for feedback", async () => {
    const handles: string[] = [];
    const options: Partial<MiddlewareOptions> = {
      unit: (call) => call.providerOptions?.bakeoff?.unit,
      onRun: ({ handle }) => handles.push(handle),
    };
    const model = wrapLanguageModel({ model: mockModel(), middleware: middleware(options) });
    await generateText({ model, prompt: "Hi", providerOptions: { bakeoff: { unit: "user-77" } } });
    for (const handle of handles) bakeoff.feedback(handle, { task_success: true });
    await bakeoff.flush();
    const [run, feedback] = worker.events;
    expect(run).toMatchObject({ unit: "user-77" });
    expect(feedback).toMatchObject({ handle: handles[0], metrics: { task_success: true } });
    expect(handles).toHaveLength(1);
  });

  it.each([
    ["the wrapped model", "gpt-4o"],
    ["the one that answered", "gpt-4o-2024-08-06"],
  ])("prices a version that names no model by %s", async (_, priced) => {
    worker.value = { system_prompt: "Answer briefly." };
    bakeoff = worker.client({ prices: { [priced]: { input: 2.5, output: 10 } } });
    const hundred: LanguageModelV4Usage = {
      inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: undefined },
      outputTokens: { total: 50, text: 50, reasoning: undefined },
    };
    const modelId = "gpt-4o-2024-08-06";
    const mock = new MockLanguageModelV4({
      modelId: "gpt-4o",
      doGenerate: {
        content: [{ type: "text", text: "Hello" }],
        finishReason,
        usage: hundred,
        warnings: [],
        response: { modelId },
      },
      doStream: async () => ({
        stream: simulateReadableStream<LanguageModelV4StreamPart>({
          chunks: [
            { type: "stream-start", warnings: [] },
            { type: "response-metadata", modelId },
            { type: "text-start", id: "1" },
            { type: "text-delta", id: "1", delta: "Hello" },
            { type: "text-end", id: "1" },
            { type: "finish", finishReason, usage: hundred },
          ],
        }),
      }),
    });
    const model = wrapLanguageModel({ model: mock, middleware: middleware() });
    await generateText({ model, prompt: "Hi" });
    await streamText({ model, prompt: "Hi" }).text;
    await bakeoff.flush();
    expect(worker.events.map(({ metrics }) => metrics.cost_usd)).toEqual([0.00075, 0.00075]);
  });

  it.each([undefined, null, "", "undefined", "null", "NaN", "[object Object]", {}, Number.NaN])(
    "puts a call that names no unit in no experiment, makes it as it was written, and says why: %j",
    async (unit) => {
      const runs: Parameters<NonNullable<MiddlewareOptions["onRun"]>>[0][] = [];
      const mock = mockModel();
      const model = wrapLanguageModel({
        model: mock,
        middleware: middleware({ unit: () => unit, onRun: (run) => runs.push(run) }),
      });
      await generateText({ model, system: "Be kind.", prompt: "Hi", temperature: 1 });
      await bakeoff.flush();
      expect(worker.received).toEqual([]);
      expect(runs).toMatchObject([{ assigned: { reason: "ERROR", error: { code: "invalid_unit" } } }]);
      expect(mock.doGenerateCalls[0]).toMatchObject({
        temperature: 1,
        prompt: [{ role: "system", content: "Be kind." }, { role: "user" }],
      });
    },
  );

  it("takes a number for the unit of its digits", async () => {
    const model = wrapLanguageModel({ model: mockModel(), middleware: middleware({ unit: () => 12345 }) });
    await generateText({ model, prompt: "Hi" });
    expect((await onlyEvent()).unit).toBe("12345");
  });

  it("keeps what else was on the system message that it replaces, and those further down", async () => {
    const mock = mockModel();
    const model = wrapLanguageModel({ model: mock, middleware: middleware() });
    const cacheControl = { type: "ephemeral" };
    await generateText({
      model,
      allowSystemInMessages: true,
      messages: [
        { role: "system", content: "Be kind.", providerOptions: { openai: { mark: 1 } } },
        { role: "system", content: "Know this.", providerOptions: { anthropic: { cacheControl } } },
        { role: "user", content: "Hi" },
        { role: "system", content: "The user is signed in." },
        { role: "user", content: "And?" },
      ],
    });
    expect(mock.doGenerateCalls[0]?.prompt).toMatchObject([
      {
        role: "system",
        content: "Answer briefly.",
        providerOptions: { openai: { mark: 1 }, anthropic: { cacheControl } },
      },
      { role: "user" },
      { role: "system", content: "The user is signed in." },
      { role: "user" },
    ]);
  });

  it("logs an answer that finished with an error as one", async () => {
    const failed: LanguageModelV4FinishReason = { unified: "error", raw: "overloaded" };
    const mock = new MockLanguageModelV4({
      doGenerate: { content: [], finishReason: failed, usage, warnings: [] },
      doStream: async () => ({
        stream: simulateReadableStream<LanguageModelV4StreamPart>({
          chunks: [
            { type: "stream-start", warnings: [] },
            { type: "text-start", id: "1" },
            { type: "text-delta", id: "1", delta: "Hel" },
            { type: "text-end", id: "1" },
            { type: "finish", finishReason: failed, usage },
          ],
        }),
      }),
    });
    const model = wrapLanguageModel({ model: mock, middleware: middleware() });
    await generateText({ model, prompt: "Hi" });
    await streamText({ model, prompt: "Hi" }).consumeStream();
    const around = { unit: "user-1", fallback: {} };
    await bakeoff.run("c", around, () => generateText({ model: mock, prompt: "Hi" }));
    await (await bakeoff.run("c", around, () => streamText({ model: mock, prompt: "Hi" }))).result.text;
    await bakeoff.flush();
    expect(worker.events.map(({ metrics }) => metrics.error)).toEqual([1, 1, 1, 1]);
  });

  it("makes the call as the app wrote it when nothing can be assigned", async () => {
    worker.behavior = () => new Response("", { status: 500 });
    const mock = mockModel();
    const model = wrapLanguageModel({ model: mock, middleware: middleware() });
    const { text } = await generateText({ model, system: "Be kind.", prompt: "Hi", temperature: 1 });
    expect(text).toBe("Hello");
    expect(mock.doGenerateCalls[0]).toMatchObject({
      temperature: 1,
      prompt: [{ role: "system", content: "Be kind." }, { role: "user" }],
    });
  });
});

describe("the middleware, around a real provider's package", () => {
  let provider: Awaited<ReturnType<typeof startStubProvider>>;

  beforeAll(async () => {
    provider = await startStubProvider();
  });

  function modelOf(name: string) {
    const stub = createOpenAICompatible({ name: "stub", baseURL: provider.url, includeUsage: true });
    return wrapLanguageModel({
      model: stub(name),
      middleware: middleware({ resolveModel: ({ model }) => (model ? stub(model) : undefined) }),
    });
  }

  it("sends the version's model, prompt and parameters over the wire, and logs the run", async () => {
    const { text } = await generateText({ model: modelOf("default"), prompt: "Hi" });
    expect(text).toBe("Hello");
    expect(provider.requests.at(-1)).toMatchObject({
      model: "small",
      temperature: 0.2,
      top_p: 0.9,
      max_tokens: 50,
      stop: ["END"],
      messages: [
        { role: "system", content: "Answer briefly." },
        { role: "user", content: "Hi" },
      ],
    });
    expect((await onlyEvent()).metrics).toMatchObject({ error: 0, input_tokens: 12, output_tokens: 3 });
  });

  it("streams, and logs tokens and time to first token", async () => {
    const result = streamText({ model: modelOf("default"), prompt: "Hi" });
    expect(await result.text).toBe("Hello");
    expect((await onlyEvent()).metrics).toMatchObject({
      error: 0,
      ttft_ms: expect.any(Number),
      latency_ms: expect.any(Number),
      input_tokens: 12,
      output_tokens: 3,
      cost_usd: 0.00042,
    });
  });

  it("may instead be left out: a run around streamText measures the same", async () => {
    const stub = createOpenAICompatible({ name: "stub", baseURL: provider.url, includeUsage: true });
    const { result } = await bakeoff.run(
      "support-answer",
      { unit: "user-1", fallback: {} },
      ({ value: got }) =>
        // A result of streamText is no promise, and is handed on as it is.
        ({ ...got, stream: streamText({ model: stub("small"), prompt: "Hi" }).textStream }),
    );
    const parts = [];
    for await (const part of result.stream) parts.push(part);
    expect(parts.join("")).toBe("Hello");
    expect((await onlyEvent()).metrics).toMatchObject({ error: 0, ttft_ms: expect.any(Number) });
  });

  it("counts the tokens of a whole result of streamText that a run returns", async () => {
    const stub = createOpenAICompatible({ name: "stub", baseURL: provider.url, includeUsage: true });
    const { result } = await bakeoff.run("support-answer", { unit: "user-1", fallback: {} }, () =>
      streamText({ model: stub("small"), prompt: "Hi" }),
    );
    const parts = [];
    for await (const part of result.textStream) parts.push(part);
    expect(parts.join("")).toBe("Hello");
    expect((await onlyEvent()).metrics).toMatchObject({
      error: 0,
      ttft_ms: expect.any(Number),
      input_tokens: 12,
      output_tokens: 3,
    });
  });
});
