import { describe, expect, it } from "vitest";
import { createUsageReader, sumUsage } from "#sdk/streams/usage.ts";

function usageOf(...sources: unknown[]) {
  const reader = createUsageReader();
  for (const source of sources) reader.learn(source);
  return reader.read();
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
    expect(usageOf(...sources)).toMatchObject({ input: 100, output: 20, cacheRead: 60 });
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

  it.each([
    [
      "Anthropic's messages",
      {
        input_tokens: 25,
        cache_creation_input_tokens: 1_000,
        cache_read_input_tokens: 5_000,
        output_tokens: 15,
      },
    ],
    [
      "Bedrock's Converse",
      { inputTokens: 25, outputTokens: 15, cacheReadInputTokens: 5_000, cacheWriteInputTokens: 1_000 },
    ],
    [
      "language models of the AI SDK",
      {
        inputTokens: { total: 6_025, noCache: 25, cacheRead: 5_000, cacheWrite: 1_000 },
        outputTokens: { total: 15 },
      },
    ],
    [
      "results of the AI SDK",
      {
        inputTokens: 6_025,
        outputTokens: 15,
        inputTokenDetails: { noCacheTokens: 25, cacheReadTokens: 5_000, cacheWriteTokens: 1_000 },
      },
    ],
    [
      "a gateway that puts Anthropic's names beside OpenAI's",
      {
        prompt_tokens: 6_025,
        completion_tokens: 15,
        cache_read_input_tokens: 5_000,
        cache_creation_input_tokens: 1_000,
      },
    ],
    [
      "a gateway that breaks OpenAI's prompt tokens down",
      {
        prompt_tokens: 6_025,
        completion_tokens: 15,
        prompt_tokens_details: { cached_tokens: 5_000, cache_write_tokens: 1_000 },
      },
    ],
  ])("holds what was read from and written into the cache in the count of %s", (_, usage) => {
    expect(usageOf({ usage })).toEqual({ input: 6_025, output: 15, cacheRead: 5_000, cacheWrite: 1_000 });
  });

  it("of Gemini holds its thoughts, which it counts beside the answer", () => {
    const usageMetadata = {
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 12,
      thoughtsTokenCount: 8,
    };
    expect(usageOf({ usageMetadata })).toEqual({ input: 100, output: 20, cacheRead: 60 });
  });

  it("of Bedrock's stream is in its metadata", () => {
    const metadata = { usage: { inputTokens: 100, outputTokens: 20 } };
    expect(usageOf({ messageStart: {} }, { metadata })).toEqual({ input: 100, output: 20 });
  });

  it("of LangChain's messages holds the cache", () => {
    const usage_metadata = {
      input_tokens: 100,
      output_tokens: 20,
      input_token_details: { cache_read: 60, cache_creation: 10 },
    };
    expect(usageOf({ usage_metadata })).toEqual({ input: 100, output: 20, cacheRead: 60, cacheWrite: 10 });
  });

  it("counts what came from the cache apart where there is more of it than there is in all", () => {
    expect(usageOf({ usage: { inputTokens: 7, outputTokens: 100, cachedInputTokens: 10_000 } })).toEqual({
      input: 10_007,
      output: 100,
      cacheRead: 10_000,
    });
  });

  it("does not know the answer of a message that has only begun", () => {
    const message = { usage: { input_tokens: 30, output_tokens: 1 } };
    expect(usageOf({ type: "message_start", message })).toEqual({ input: 30 });
  });

  it("keeps the cache's counts when a later event repeats the input without them", () => {
    const message = { usage: { input_tokens: 30, output_tokens: 1, cache_read_input_tokens: 60 } };
    const delta = { type: "message_delta", usage: { input_tokens: 30, output_tokens: 20 } };
    expect(usageOf({ type: "message_start", message }, delta)).toMatchObject({ input: 90, output: 20 });
  });

  it("adds up over several calls, and is unknown where one of them tells nothing", () => {
    const calls = [
      { input: 10, output: 1, cacheRead: 4 },
      { input: 20, output: 2 },
    ];
    expect(sumUsage(calls)).toMatchObject({ input: 30, output: 3, cacheRead: 4 });
    expect(sumUsage([...calls, {}])).toMatchObject({ input: undefined, output: undefined });
  });
});
