import type { TokenUsage } from "../../../src/telemetry/pricing/token-cost.ts";
import { read } from "../util/read.ts";

/** The first of some properties that holds a number, directly or as the `total` of a breakdown. */
function firstNumber(value: unknown, ...names: string[]): number | undefined {
  for (const name of names) {
    const part = read(value, name);
    const number = read(part, "total") ?? part;
    if (typeof number === "number" && number >= 0) return number;
  }
  return undefined;
}

/** Where a result, or a chunk of a stream, tells its usage: the sum over all steps comes before the last step's. */
function usageIn(source: unknown): unknown {
  const places: [unknown, string[]][] = [
    [source, ["totalUsage", "usage", "usageMetadata", "usage_metadata"]],
    // Events of streams wrap the response, the message or the metadata.
    [read(source, "response"), ["usage"]],
    [read(source, "message"), ["usage"]],
    [read(source, "metadata"), ["usage"]],
  ];
  for (const [place, names] of places) {
    for (const name of names) {
      const usage = read(place, name);
      if (typeof usage === "object" && usage !== null) return usage;
    }
  }
  return undefined;
}

const DETAILS = [
  "inputTokens",
  "inputTokenDetails",
  "input_tokens_details",
  "input_token_details",
  "prompt_tokens_details",
];

/** Of the breakdowns of the input the first that names this. */
function inputDetail(usage: unknown, ...names: string[]): number | undefined {
  for (const details of DETAILS) {
    const count = firstNumber(read(usage, details), ...names);
    if (count !== undefined) return count;
  }
  return undefined;
}

const sum = (...counts: (number | undefined)[]) =>
  counts.reduce<number>((total, count) => total + (count ?? 0), 0);

/** What one call has used, as its result or the chunks of its stream tell it. */
export interface UsageReader {
  /**
   * Takes note of what a result, or a chunk, says of tokens. Known are OpenAI's chat completions and responses,
   * Anthropic's messages, Gemini, Bedrock's Converse, LangChain, and the AI SDK's results and stream parts.
   */
  learn(source: unknown): void;
  /** Input tokens hold those of the cache, output tokens those of reasoning, whatever the provider counts as what. */
  read(): TokenUsage;
}

export function createUsageReader(): UsageReader {
  let counted: number | undefined;
  let output: number | undefined;
  let cacheRead: number | undefined;
  let cacheWrite: number | undefined;
  // Anthropic and Bedrock count what their cache read and wrote apart from the input.
  let isApart = false;

  return {
    learn(source) {
      const usage = usageIn(source);
      if (!usage) return;
      const apartRead = firstNumber(usage, "cache_read_input_tokens", "cacheReadInputTokens");
      const apartWrite = firstNumber(usage, "cache_creation_input_tokens", "cacheWriteInputTokens");
      // Gateways put Anthropic's names beside OpenAI's count, which holds them already.
      if (firstNumber(usage, "prompt_tokens") === undefined) {
        isApart ||= apartRead !== undefined || apartWrite !== undefined;
      }
      const input = firstNumber(usage, "inputTokens", "input_tokens", "prompt_tokens", "promptTokenCount");
      if (input !== undefined) counted = sum(input, firstNumber(usage, "toolUsePromptTokenCount"));
      // The message has not begun when Anthropic's first event counts it.
      const answered =
        read(source, "type") === "message_start"
          ? undefined
          : firstNumber(usage, "outputTokens", "output_tokens", "completion_tokens", "candidatesTokenCount");
      if (answered !== undefined) output = sum(answered, firstNumber(usage, "thoughtsTokenCount"));
      cacheRead =
        apartRead ??
        inputDetail(usage, "cacheRead", "cacheReadTokens", "cached_tokens", "cache_read") ??
        firstNumber(usage, "cachedInputTokens", "cachedContentTokenCount") ??
        cacheRead;
      cacheWrite =
        apartWrite ??
        inputDetail(
          usage,
          "cacheWrite",
          "cacheWriteTokens",
          "cache_write_tokens",
          "cache_creation_tokens",
          "cache_creation",
        ) ??
        cacheWrite;
    },
    read() {
      const cached = sum(cacheRead, cacheWrite);
      // More from the cache than in all: then it was counted apart.
      const isBesides = counted !== undefined && (isApart || cached > counted);
      return {
        ...(counted !== undefined && { input: isBesides ? counted + cached : counted }),
        ...(output !== undefined && { output }),
        ...(cacheRead !== undefined && { cacheRead }),
        ...(cacheWrite !== undefined && { cacheWrite }),
      };
    },
  };
}

/** What several calls have used together; what one of them does not tell, the sum does not know either. */
export function sumUsage(usages: readonly TokenUsage[]): TokenUsage {
  const all = (name: "input" | "output") =>
    usages.every((usage) => usage[name] !== undefined)
      ? sum(...usages.map((usage) => usage[name]))
      : undefined;
  return {
    input: all("input"),
    output: all("output"),
    cacheRead: sum(...usages.map((usage) => usage.cacheRead)),
    cacheWrite: sum(...usages.map((usage) => usage.cacheWrite)),
  };
}
