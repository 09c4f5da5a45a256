import { describe, expect, it } from "vitest";
import type { Price } from "#sdk/index.ts";
import { FakeWorker, onlyEventOf } from "#test/support/fake-worker.ts";

const asked = { unit: "u1", fallback: {} };

describe("a cost", () => {
  const prices: Record<string, Price> = {
    "gpt-4o": { input: 2.5, output: 10 },
    "claude-sonnet-4-5": { input: 3, output: 15, cached_input: 0.3, cache_write: 3.75 },
  };

  async function costOf(result: object, model?: string) {
    const worker = new FakeWorker();
    worker.value = model ? { model } : {};
    const bakeoff = worker.client({ prices });
    await bakeoff.run("c", asked, () => result);
    return (await onlyEventOf(worker, bakeoff)).metrics.cost_usd;
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
