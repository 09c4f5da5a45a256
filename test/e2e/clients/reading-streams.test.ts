import { wrapLanguageModel } from "ai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bakeoffMiddleware } from "#sdk/ai.ts";
import type { Bakeoff } from "#sdk/index.ts";
import { startStreamingProvider } from "#test/e2e/support/streaming-provider.ts";
import { FakeWorker, onlyEventOf } from "#test/support/fake-worker.ts";
import { aiModel, type Way, waysOfAiSdk, waysOfAnthropic, waysOfOpenAi } from "./ways-of-reading.ts";

const PRICES = {
  "gpt-4o": { input: 2.5, output: 10 },
  "claude-sonnet-4-5": { input: 3, output: 15, cached_input: 0.3, cache_write: 3.75 },
};

const FIGURES = {
  openai: { input_tokens: 100, output_tokens: 50, cost_usd: 0.00075 },
  ai: { input_tokens: 100, output_tokens: 50, cost_usd: 0.00075 },
  anthropic: { input_tokens: 6_025, output_tokens: 15, cost_usd: 0.00555 },
};

/** What nothing listens for would end the process of an app. */
const unhandled: unknown[] = [];
const note = (cause: unknown) => unhandled.push(cause);

let provider: Awaited<ReturnType<typeof startStreamingProvider>>;
let worker: FakeWorker;
let bakeoff: Bakeoff;
let ways: Map<string, Way>;

const asked = { unit: "u1", fallback: {} };

beforeAll(async () => {
  provider = await startStreamingProvider();
  const model = aiModel(provider.url);
  const middleware = bakeoffMiddleware(
    { run: (...parameters) => bakeoff.run(...parameters) },
    { config: "c", unit: "u1" },
  );
  const all = [
    ...waysOfOpenAi(provider.url),
    ...waysOfAnthropic(provider.url),
    ...waysOfAiSdk("ai", model),
    ...waysOfAiSdk("ai, wrapped", wrapLanguageModel({ model, middleware })),
  ];
  ways = new Map(all.map((way) => [way.name, way]));
  process.on("unhandledRejection", note);
});

afterAll(async () => {
  process.off("unhandledRejection", note);
  await provider.close();
});

beforeEach(() => {
  worker = new FakeWorker();
  worker.value = {};
  bakeoff = worker.client({ prices: PRICES, timeoutMs: 20_000 });
  unhandled.length = 0;
});

/** The names alone are needed before there is a server. */
const NAMES = [
  ...waysOfOpenAi("http://stub.test"),
  ...waysOfAnthropic("http://stub.test"),
  ...waysOfAiSdk("ai", "none"),
  ...waysOfAiSdk("ai, wrapped", "none"),
].map(({ name, isStream }) => ({ name, isStream }));

function wayOf(name: string): Way {
  const way = ways.get(name);
  if (!way) throw new Error(`there is no way '${name}'`);
  return way;
}

async function directly<Result>(call: () => Result): Promise<Awaited<Result>> {
  return await call();
}

async function around<Result>(call: () => Result): Promise<Awaited<Result>> {
  const { result } = await bakeoff.run("c", asked, call);
  return result;
}

function read(way: Way, signal: AbortSignal): Promise<unknown> {
  return way.read(way.name.startsWith("ai, wrapped") ? directly : around, { signal });
}

describe.each(NAMES)("$name", ({ name, isStream }) => {
  it("logs a complete answer once, with its time, tokens and cost", async () => {
    void provider.take("complete");
    const way = wayOf(name);
    await read(way, new AbortController().signal);
    const { metrics } = await onlyEventOf(worker, bakeoff);
    expect(metrics).toMatchObject({ error: 0, latency_ms: expect.any(Number) });
    expect(metrics.latency_ms).toBeGreaterThan(isStream ? 35 : 15);
    if (isStream) {
      expect(metrics.ttft_ms).toBeGreaterThan(15);
      expect(metrics.ttft_ms).toBeLessThan(Number(metrics.latency_ms));
    } else expect(metrics).not.toHaveProperty("ttft_ms");
    expect(metrics).not.toHaveProperty("cancelled");
    // The AI SDK's messages for pages tell no tokens.
    if (!name.includes("in the run") || name.includes("wrapped"))
      expect(metrics).toMatchObject(FIGURES[way.client]);
    expect(unhandled).toEqual([]);
  });

  it("logs what a signal cancels once, as cancelled and no error", async () => {
    const held = provider.take("held");
    const controller = new AbortController();
    const reading = read(wayOf(name), controller.signal).catch(() => {});
    await held;
    controller.abort();
    await reading;
    const { metrics } = await onlyEventOf(worker, bakeoff);
    expect(metrics).toMatchObject({ error: 0, cancelled: 1 });
    expect(metrics).not.toHaveProperty("latency_ms");
    expect(unhandled).toEqual([]);
  });

  it("logs what breaks off once, as an error", async () => {
    void provider.take("broken");
    await read(wayOf(name), new AbortController().signal).catch(() => {});
    const { metrics } = await onlyEventOf(worker, bakeoff);
    expect(metrics).toMatchObject({ error: 1, latency_ms: expect.any(Number) });
    expect(metrics).not.toHaveProperty("cancelled");
    expect(unhandled).toEqual([]);
  });
});
