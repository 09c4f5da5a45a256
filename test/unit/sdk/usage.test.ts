import { describe, expect, it } from "vitest";
import { addUsage, costOf, type Usage } from "../../../sdk/src/usage.ts";

function usageOf(...sources: unknown[]): Usage {
  const usage: Usage = {};
  for (const source of sources) addUsage(usage, source);
  return usage;
}

describe("usage", () => {
  it.each([
    [
      "OpenAI's chat completions",
      [
        {
          usage: {
            prompt_tokens: 100,
            completion_tokens: 20,
            prompt_tokens_details: { cached_tokens: 60 },
            completion_tokens_details: { reasoning_tokens: 5 },
          },
        },
      ],
    ],
    [
      "OpenAI's responses",
      [{ usage: { input_tokens: 100, output_tokens: 20, input_tokens_details: { cached_tokens: 60 } } }],
    ],
    [
      "the events of OpenAI's responses",
      [
        { type: "response.created", response: { usage: null } },
        {
          type: "response.completed",
          response: {
            usage: { input_tokens: 100, output_tokens: 20, input_tokens_details: { cached_tokens: 60 } },
          },
        },
      ],
    ],
    [
      "Anthropic's messages, which count the cache apart",
      [
        {
          usage: {
            input_tokens: 30,
            output_tokens: 20,
            cache_read_input_tokens: 60,
            cache_creation_input_tokens: 10,
          },
        },
      ],
    ],
    [
      "the events of Anthropic's messages",
      [
        {
          type: "message_start",
          message: {
            usage: {
              input_tokens: 30,
              output_tokens: 1,
              cache_read_input_tokens: 60,
              cache_creation_input_tokens: 10,
            },
          },
        },
        { type: "message_delta", usage: { output_tokens: 20 } },
      ],
    ],
    [
      "results of the AI SDK",
      [{ usage: { inputTokens: 100, outputTokens: 20, inputTokenDetails: { cacheReadTokens: 60 } } }],
    ],
    [
      "results of several steps of the AI SDK",
      [
        {
          usage: { inputTokens: 1, outputTokens: 1 },
          totalUsage: { inputTokens: 100, outputTokens: 20, inputTokenDetails: { cacheReadTokens: 60 } },
        },
      ],
    ],
    [
      "language models of the AI SDK",
      [
        { type: "stream-start", warnings: [] },
        {
          type: "finish",
          usage: { inputTokens: { total: 100, cacheRead: 60 }, outputTokens: { total: 20, reasoning: 5 } },
        },
      ],
    ],
  ])("is read from %s", (_, sources) => {
    expect(usageOf(...sources)).toEqual({ input: 100, output: 20, cached: 60 });
  });

  it.each([
    [undefined],
    [null],
    ["text"],
    [{}],
    [{ usage: null }],
    [{ usage: { total_tokens: 3 } }],
    [[1, 2]],
  ])("is nothing in %j", (source) => {
    expect(usageOf(source)).toEqual({});
  });
});

describe("cost", () => {
  it("is what a million tokens cost, times what was used", () => {
    expect(costOf({ input: 1_000, output: 500 }, { input: 2, output: 8 })).toBeCloseTo(0.006, 12);
  });

  it("takes the price of cached input into account", () => {
    const usage = { input: 1_000, output: 0, cached: 600 };
    expect(costOf(usage, { input: 2, output: 8, cachedInput: 0.5 })).toBeCloseTo(0.0011, 12);
    expect(costOf(usage, { input: 2, output: 8 })).toBeCloseTo(0.002, 12);
  });
});
