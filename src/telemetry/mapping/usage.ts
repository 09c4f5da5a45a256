import { NAMES } from "../otlp/names.ts";
import { isCount, type NumberReader } from "../otlp/numbers.ts";
import type { Span } from "../otlp/otlp.ts";
import type { TokenUsage } from "../pricing/token-cost.ts";

/**
 * Instrumentations that hand on Anthropic's own count of input tokens, which leaves out those that were read from the
 * cache or written into it, under the names for all input tokens.
 */
const SCOPES_OF_UNCACHED_INPUT: ReadonlySet<string> = new Set(["@traceloop/instrumentation-anthropic"]);

interface Counts extends TokenUsage {
  total?: number | undefined;
}

/**
 * True where the count of input tokens cannot hold those of the cache: there are more of them than input tokens, the
 * sum of all tokens holds them besides, or the instrumentation is known for it.
 */
function excludesCache(
  { input = 0, output = 0, cacheRead = 0, cacheWrite = 0, total }: Counts,
  scope: string,
): boolean {
  const cached = cacheRead + cacheWrite;
  if (cached === 0) return false;
  return cached > input || total === input + output + cached || SCOPES_OF_UNCACHED_INPUT.has(scope);
}

/**
 * The tokens that a span tells, in one accounting: `input` are all input tokens, as OpenTelemetry's conventions, OpenAI,
 * Gemini and OpenInference count them. Anthropic counts those of its cache apart, and some instrumentations hand that on.
 */
export function readUsage(span: Pick<Span, "attributes" | "scope">, read: NumberReader): TokenUsage {
  const count = (names: readonly string[]) => read(span.attributes, names, isCount);
  const usage: Counts = {
    input: count(NAMES.inputTokens),
    output: count(NAMES.outputTokens),
    cacheRead: count(NAMES.cacheReadTokens),
    cacheWrite: count(NAMES.cacheWriteTokens),
    total: count(NAMES.totalTokens),
  };
  const { input, output, cacheRead, cacheWrite } = usage;
  const isApart = input !== undefined && excludesCache(usage, span.scope);
  return {
    input: isApart ? input + (cacheRead ?? 0) + (cacheWrite ?? 0) : input,
    output,
    cacheRead,
    cacheWrite,
  };
}

/**
 * The tokens of one call that several spans tell of, the likeliest first. What came from the cache is taken from another
 * span only where both count the same input.
 */
export function mergeUsages(usages: readonly TokenUsage[]): TokenUsage {
  const input = usages.find((usage) => usage.input !== undefined)?.input;
  const output = usages.find((usage) => usage.output !== undefined)?.output;
  const split = usages.find(
    (usage) => usage.input === input && (usage.cacheRead !== undefined || usage.cacheWrite !== undefined),
  );
  return { input, output, cacheRead: split?.cacheRead, cacheWrite: split?.cacheWrite };
}
