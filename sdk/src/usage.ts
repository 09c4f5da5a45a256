import type { Price } from "./api.ts";
import { read } from "./read.ts";

/** Tokens of one call; input includes what came from a cache, output includes reasoning. */
export interface Usage {
  input?: number;
  output?: number;
  cached?: number;
}

/** The first of some properties that holds a number, directly or as the `total` of a breakdown. */
function firstNumber(value: unknown, ...names: string[]): number | undefined {
  for (const name of names) {
    const found = read(value, name);
    const number = read(found, "total") ?? found;
    if (typeof number === "number" && number >= 0) return number;
  }
  return undefined;
}

/**
 * Adds what a result, or a chunk of a stream, says of tokens. Known shapes: OpenAI's chat completions and responses,
 * Anthropic's messages, the AI SDK's results and stream parts.
 */
export function addUsage(usage: Usage, value: unknown): void {
  // The sum over all steps comes before the last step's; events of streams wrap the response or the message.
  const found =
    read(value, "totalUsage") ??
    read(value, "usage") ??
    read(read(value, "response"), "usage") ??
    read(read(value, "message"), "usage");
  const input = firstNumber(found, "inputTokens", "input_tokens", "prompt_tokens");
  const output = firstNumber(found, "outputTokens", "output_tokens", "completion_tokens");
  const apart = firstNumber(found, "cache_read_input_tokens");
  const cached =
    apart ??
    firstNumber(read(found, "inputTokens"), "cacheRead") ??
    firstNumber(read(found, "inputTokenDetails"), "cacheReadTokens") ??
    firstNumber(read(found, "input_tokens_details") ?? read(found, "prompt_tokens_details"), "cached_tokens");
  // Anthropic alone counts what its cache read and wrote apart from the input.
  if (input !== undefined) {
    usage.input = input + (apart ?? 0) + (firstNumber(found, "cache_creation_input_tokens") ?? 0);
  }
  if (output !== undefined) usage.output = output;
  if (cached !== undefined) usage.cached = cached;
}

/** US dollars. */
export function costOf({ input = 0, output = 0, cached = 0 }: Usage, price: Price): number {
  const { cachedInput = price.input } = price;
  return ((input - cached) * price.input + cached * cachedInput + output * price.output) / 1e6;
}
