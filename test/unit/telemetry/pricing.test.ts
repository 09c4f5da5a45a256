import { describe, expect, it } from "vitest";
import { parseModelName } from "#telemetry/pricing/model-name.ts";
import { createPriceList } from "#telemetry/pricing/price-list.ts";
import { readPriceList } from "#telemetry/pricing/read-price-list.ts";
import { costOf } from "#telemetry/pricing/token-cost.ts";

const sonnet = { input: 3, output: 15, cached_input: 0.3, cache_write: 3.75 };

describe("the cost of a call", () => {
  it.each([
    ["plain input and output", { input: 1_000, output: 100 }, 0.0045],
    ["tokens from the cache at their own price", { input: 10_007, output: 100, cacheRead: 10_000 }, 0.004521],
    ["tokens into the cache at their own price", { input: 10_010, output: 100, cacheWrite: 10_000 }, 0.03903],
    ["both at once", { input: 6_025, output: 15, cacheRead: 5_000, cacheWrite: 1_000 }, 0.00555],
    [
      "never more tokens from the cache than there are",
      { input: 100, output: 0, cacheRead: 900, cacheWrite: 900 },
      0.00003,
    ],
    ["nothing for nothing", { input: 0, output: 0 }, 0],
  ])("counts %s", (_, usage, cost) => {
    expect(costOf(usage, sonnet)).toBeCloseTo(cost, 12);
  });

  it("takes input's price for the cache where there is no other", () => {
    const usage = { input: 1_000, output: 0, cacheRead: 400, cacheWrite: 400 };
    expect(costOf(usage, { input: 2, output: 2 })).toBeCloseTo(0.002, 12);
  });

  it.each([{ input: 10 }, { output: 10 }, {}])("is not known where a count is missing: %j", (usage) => {
    expect(costOf(usage, sonnet)).toBeUndefined();
  });
});

describe("a model's name", () => {
  it.each([
    "claude-sonnet-4-5",
    "Claude-Sonnet-4-5",
    "claude-sonnet-4-5-latest",
    "anthropic/claude-sonnet-4.5",
    "anthropic:claude-sonnet-4-5",
    "openrouter/anthropic/claude-sonnet-4.5",
    "claude-sonnet-4-5@default",
  ])("is claude-sonnet-4-5 without a version in %s", (name) => {
    expect(parseModelName(name)).toEqual({ base: "claude-sonnet-4-5", version: null });
  });

  it.each([
    "claude-sonnet-4-5-20250929",
    "claude-sonnet-4-5@20250929",
    "anthropic.claude-sonnet-4-5-20250929-v1:0",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "projects/p/publishers/anthropic/models/claude-sonnet-4-5@20250929",
  ])("is claude-sonnet-4-5 of a day in %s", (name) => {
    expect(parseModelName(name)).toEqual({ base: "claude-sonnet-4-5", version: "20250929" });
  });

  it.each([
    ["gpt-4o-2024-08-06", "gpt-4o", "20240806"],
    ["gpt-4-0613", "gpt-4", "0613"],
    ["gpt-35-turbo-0125", "gpt-3-5-turbo", "0125"],
    ["gpt-4.1-mini", "gpt-4-1-mini", null],
    ["mistral-large-2411", "mistral-large", "2411"],
    ["command-r-08-2024", "command-r", "082024"],
    ["models/gemini-1.5-pro-002", "gemini-1-5-pro", "002"],
    ["gpt-4-1106-preview", "gpt-4-1106-preview", null],
    ["llama3:8b", "llama3:8b", null],
    ["ft:gpt-4o-mini-2024-07-18:acme::abc", "ft:gpt-4o-mini-2024-07-18:acme::abc", null],
    ["deepseek/deepseek-r1:free", "deepseek-r1:free", null],
    ["", "", null],
  ])("of %s is %s, version %s", (name, base, version) => {
    expect(parseModelName(name)).toEqual({ base, version });
  });
});

describe("a price list", () => {
  const at = (input: number) => ({ input, output: input });

  it.each([
    ["the name as it stands", { "gpt-4o": at(1), "openai/gpt-4o": at(2) }, ["openai/gpt-4o"], 2],
    ["a dated name by the undated one", { "gpt-4o": at(1) }, ["gpt-4o-2024-08-06"], 1],
    ["an undated name by its only dated one", { "gpt-4o-2024-08-06": at(1) }, ["gpt-4o"], 1],
    [
      "the same date in another spelling",
      { "claude-x-20250929": at(1), "claude-x": at(2) },
      ["claude-x@20250929"],
      1,
    ],
    [
      "the undated name before another date",
      { "gpt-4o": at(1), "gpt-4o-2024-05-13": at(2) },
      ["gpt-4o-2024-08-06"],
      1,
    ],
    [
      "what the likeliest name means before another name as it stands",
      { "gpt-4o": at(1), o: at(2) },
      ["gpt-4o-2024-08-06", "o"],
      1,
    ],
  ])("finds %s", (_, prices, models, input) => {
    const found = createPriceList(Object.entries(prices)).find(models);
    expect(found).toMatchObject({ price: { input }, model: models[0] });
  });

  it("tells by which of the names it found the price", () => {
    const prices = createPriceList([["deployment-7", at(1)]]);
    expect(prices.find(["gpt-4o", "deployment-7"])).toEqual({ price: at(1), model: "deployment-7" });
  });

  it.each([
    ["another date", { "gpt-4o-2024-05-13": at(5) }, ["gpt-4o-2024-08-06"]],
    ["dates that differ in price", { "gpt-4o-2024-05-13": at(5), "gpt-4o-2024-08-06": at(2) }, ["gpt-4o"]],
    ["a longer name", { "gpt-4o": at(1) }, ["gpt-4o-mini"]],
    ["a shorter name", { "gpt-4o-mini": at(1) }, ["gpt-4o"]],
    ["a fine-tuned model", { "gpt-4o-mini": at(1) }, ["ft:gpt-4o-mini-2024-07-18:acme::abc"]],
    ["a free tier", { "deepseek-r1": at(1) }, ["deepseek/deepseek-r1:free"]],
    ["a property that all objects have", {}, ["constructor"]],
    ["no name", { "gpt-4o": at(1) }, []],
  ])("does not take the price of %s", (_, prices, models) => {
    expect(createPriceList(Object.entries(prices)).find(models)).toBeUndefined();
  });

  it.each([
    ["text that is no JSON", "{", /JSON/],
    ["a negative price", { m: { input: -1, output: 1 } }, /input/],
    ["an unknown kind of price", { m: { input: 1, output: 1, cachedInput: 1 } }, /cachedInput/],
    ["a missing price", { m: { input: 1 } }, /output/],
  ])("refuses %s", (_, raw, reason) => {
    const list = readPriceList(raw);
    expect(list.ok ? "" : list.error).toMatch(reason);
  });
});
