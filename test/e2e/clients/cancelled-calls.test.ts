import Anthropic from "@anthropic-ai/sdk";
import { generateText, streamText, wrapLanguageModel } from "ai";
import OpenAI, { APIConnectionTimeoutError } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bakeoffMiddleware } from "#sdk/ai.ts";
import type { Bakeoff } from "#sdk/index.ts";
import { type Course, startStreamingProvider } from "#test/e2e/support/streaming-provider.ts";
import { FakeWorker, onlyEventOf } from "#test/support/fake-worker.ts";
import { aiModel } from "./ways-of-reading.ts";

const asked = { unit: "u1", fallback: {} };
const messages = [{ role: "user" as const, content: "Hi" }];
const body = { model: "gpt-4o", messages };
const message = { model: "claude-opus-4-5", max_tokens: 50, messages };

let provider: Awaited<ReturnType<typeof startStreamingProvider>>;
let worker: FakeWorker;
let bakeoff: Bakeoff;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  provider = await startStreamingProvider();
  openai = new OpenAI({ baseURL: provider.url, apiKey: "none", maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: provider.url, apiKey: "none", maxRetries: 0 });
});
afterAll(() => provider.close());

beforeEach(() => {
  worker = new FakeWorker();
  bakeoff = worker.client({ timeoutMs: 20_000 });
});

function wrapped() {
  return wrapLanguageModel({
    model: aiModel(provider.url),
    middleware: bakeoffMiddleware(bakeoff, { config: "c", unit: "u1" }),
  });
}

async function expectCancelled(): Promise<void> {
  const { metrics } = await onlyEventOf(worker, bakeoff);
  expect(metrics).toMatchObject({ error: 0, cancelled: 1 });
  expect(metrics).not.toHaveProperty("latency_ms");
}

async function expectError(): Promise<void> {
  const { metrics } = await onlyEventOf(worker, bakeoff);
  expect(metrics).toMatchObject({ error: 1, latency_ms: expect.any(Number) });
  expect(metrics).not.toHaveProperty("cancelled");
}

/** What a call comes to with a signal that has its own reason, is aborted before the call, or is a limit of time. */
const CALLS: [string, (signal: AbortSignal) => Promise<unknown>][] = [
  ["OpenAI's client", (signal) => openai.chat.completions.create(body, { signal })],
  ["Anthropic's client", (signal) => anthropic.messages.create(message, { signal })],
  ["fetch", (signal) => fetch(provider.url, { method: "POST", body: "{}", signal })],
  [
    "the AI SDK",
    (signal) => generateText({ model: aiModel(provider.url), prompt: "Hi", abortSignal: signal }),
  ],
];

describe.each(CALLS)("a call of %s", (_, call) => {
  it("whose signal was aborted before is cancelled, and the app gets what it gets", async () => {
    void provider.take("complete");
    const signal = AbortSignal.abort();
    const plain = await call(signal).catch((cause: unknown) => cause);
    const got = await bakeoff.run("c", asked, () => call(signal)).catch((cause: unknown) => cause);
    expect(Object(got).constructor).toBe(Object(plain).constructor);
    await expectCancelled();
  });

  it("whose signal is a limit of time is cancelled by it", async () => {
    void provider.take("held");
    await expect(bakeoff.run("c", asked, () => call(AbortSignal.timeout(30)))).rejects.toThrow();
    await expectCancelled();
  });

  it("that is aborted for a reason of the app's own is cancelled where the run knows the signal", async () => {
    const held = provider.take("held");
    const controller = new AbortController();
    const { signal } = controller;
    const running = bakeoff.run("c", { ...asked, signal }, () => call(signal)).catch(() => {});
    await held;
    controller.abort(new RangeError("the user has left"));
    await running;
    await expectCancelled();
  });

  it("that fails by itself is an error, with or without a signal", async () => {
    void provider.take("broken");
    const { signal } = new AbortController();
    await bakeoff.run("c", { ...asked, signal }, () => call(signal)).catch(() => {});
    await expectError();
  });
});

describe("a wrapped model", () => {
  it("whose call is aborted, for whatever reason, is cancelled", async () => {
    const held = provider.take("held");
    const controller = new AbortController();
    const settings = { model: wrapped(), prompt: "Hi", abortSignal: controller.signal };
    const running = generateText(settings).catch(() => {});
    await held;
    controller.abort(new RangeError("the user has left"));
    await running;
    await expectCancelled();
  });

  it("whose time is up is cancelled", async () => {
    void provider.take("held");
    await expect(generateText({ model: wrapped(), prompt: "Hi", timeout: 40 })).rejects.toThrow();
    await expectCancelled();
  });
});

it("a client's own time limit is an error: nobody has cancelled anything", async () => {
  void provider.take("held");
  const call = () => openai.chat.completions.create(body, { timeout: 30 });
  await expect(bakeoff.run("c", asked, call)).rejects.toThrow(APIConnectionTimeoutError);
  await expectError();
});

type Leave = (stream: AsyncIterable<unknown>) => Promise<void>;

const byBreaking: Leave = async (stream) => {
  for await (const _ of stream) break;
};

/** Stops after the first chunk, by what the stream itself has for that. */
const byAborting =
  (abort: (stream: object) => void): Leave =>
  async (stream) => {
    try {
      for await (const _ of stream) abort(stream);
    } catch {
      // Some end quietly, some throw.
    }
  };

const byController = byAborting((stream) => Reflect.get(stream, "controller").abort());
const byMethod = byAborting((stream) => Reflect.apply(Reflect.get(stream, "abort"), stream, []));

const STREAMS: [
  string,
  () => PromiseLike<AsyncIterable<unknown>> | AsyncIterable<unknown>,
  [string, Leave][],
][] = [
  [
    "chat.completions.create",
    () => openai.chat.completions.create({ ...body, stream: true }),
    [
      ["break", byBreaking],
      ["controller.abort()", byController],
    ],
  ],
  [
    "chat.completions.stream",
    () => openai.chat.completions.stream(body),
    [
      ["break", byBreaking],
      ["controller.abort()", byController],
      ["abort()", byMethod],
    ],
  ],
  [
    "responses.create",
    () => openai.responses.create({ model: "gpt-4o", input: "Hi", stream: true }),
    [
      ["break", byBreaking],
      ["controller.abort()", byController],
    ],
  ],
  [
    "responses.stream",
    () => openai.responses.stream({ model: "gpt-4o", input: "Hi" }),
    [
      ["break", byBreaking],
      ["abort()", byMethod],
    ],
  ],
  [
    "messages.create",
    () => anthropic.messages.create({ ...message, stream: true }),
    [
      ["break", byBreaking],
      ["controller.abort()", byController],
    ],
  ],
  [
    "messages.stream",
    () => anthropic.messages.stream(message),
    [
      ["break", byBreaking],
      ["controller.abort()", byController],
      ["abort()", byMethod],
    ],
  ],
];

const LEAVINGS = STREAMS.flatMap(([name, make, leavings]) =>
  leavings.map(([how, leave]) => ({ name, how, make, leave })),
);

it.each(LEAVINGS)("$name, left by $how, is cancelled", async ({ make, leave }) => {
  void provider.take("held");
  const { result } = await bakeoff.run("c", asked, make);
  await leave(result);
  await expectCancelled();
});

it.each(["textStream", "fullStream"] as const)(
  "streamText's %s, left by break, is cancelled",
  async (name) => {
    void provider.take("held");
    const around = await bakeoff.run("c", asked, () =>
      streamText({ model: aiModel(provider.url), prompt: "Hi" }),
    );
    for await (const part of around.result[name]) {
      if (typeof part === "string" || part.type === "text-delta") break;
    }
    await expectCancelled();
  },
);

it("who leaves one way of reading a result stops nobody who reads it in another", async () => {
  void provider.take("complete");
  const { result } = await bakeoff.run("c", asked, () =>
    streamText({ model: aiModel(provider.url), prompt: "Hi" }),
  );
  const { usage } = result;
  for await (const _ of result.textStream) break;
  await usage;
  expect((await onlyEventOf(worker, bakeoff)).metrics).toMatchObject({
    latency_ms: expect.any(Number),
    error: 0,
  });
});

it("who leaves after the last word has had the whole answer", async () => {
  void provider.take("complete");
  const { result } = await bakeoff.run("c", asked, () =>
    openai.chat.completions.create({ ...body, stream: true }),
  );
  for await (const { choices } of result) if (choices[0]?.finish_reason) break;
  const { metrics } = await onlyEventOf(worker, bakeoff);
  expect(metrics).toMatchObject({ error: 0, latency_ms: expect.any(Number) });
  expect(metrics).not.toHaveProperty("cancelled");
});

describe("a helper that nobody listens to", () => {
  const HELPERS: [string, () => object][] = [
    ["OpenAI's", () => openai.chat.completions.stream(body)],
    ["Anthropic's", () => anthropic.messages.stream(message)],
  ];

  /** What goes unhandled while a helper reads its stream to the end. */
  async function unhandledOf(course: Course, make: () => Promise<unknown>): Promise<string[]> {
    void provider.take(course);
    const unhandled: string[] = [];
    const note = (cause: unknown) => void unhandled.push(Object(cause).constructor.name);
    process.on("unhandledRejection", note);
    try {
      const helper = Object(await make());
      await expect.poll(() => helper.ended).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      process.off("unhandledRejection", note);
    }
    return unhandled;
  }

  it.each(HELPERS)(
    "%s, is logged all the same, and its error stays as unhandled as it is",
    async (_, make) => {
      const plain = await unhandledOf("broken", async () => make());
      expect(plain).toHaveLength(1);
      const observed = await unhandledOf("broken", async () => (await bakeoff.run("c", asked, make)).result);
      expect(observed).toEqual(plain);
      await expectError();
    },
  );

  it.each(HELPERS)("%s, is logged when it has come to its end before it is handed on", async (_, make) => {
    void provider.take("complete");
    await bakeoff.run("c", asked, async () => {
      const helper = Object(make());
      await helper.done();
      return helper;
    });
    const { metrics } = await onlyEventOf(worker, bakeoff);
    expect(metrics).toMatchObject({ error: 0, latency_ms: expect.any(Number) });
  });
});
