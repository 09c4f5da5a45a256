import type { PriceList } from "../pricing/price-list.ts";
import { costOf } from "../pricing/token-cost.ts";
import { type Attributes, firstOf, NAMES, textOf } from "./attributes.ts";
import type { Span } from "./otlp.ts";

/** Operations that are not a model's answer; agents' own spans hold the sums of the calls inside them. */
const OTHER_OPERATIONS = new Set([
  "embeddings",
  "retrieval",
  "execute_tool",
  "create_agent",
  "invoke_agent",
  "invoke_workflow",
  "plan",
]);

/** True for spans that become an outcome: calls of a model, unless `bakeoff.outcome` says otherwise. */
export function isOutcome({ attributes }: Pick<Span, "attributes">): boolean {
  const chosen = firstOf(attributes, NAMES.outcome);
  if (chosen !== undefined) return chosen === true || chosen === "true";
  const operation = textOf(attributes, NAMES.operation);
  if (operation !== undefined) return !OTHER_OPERATIONS.has(operation);
  return firstOf(attributes, NAMES.provider) !== undefined;
}

const NUMERIC = [
  NAMES.inputTokens,
  NAMES.outputTokens,
  NAMES.cachedInputTokens,
  NAMES.cost,
  NAMES.timeToFirstChunk,
];

function findTextualNumber(attributes: Attributes): string | undefined {
  return NUMERIC.flat().find((name) => attributes.has(name) && typeof attributes.get(name) !== "number");
}

function numberOf(attributes: Attributes, names: readonly string[]): number | undefined {
  const value = firstOf(attributes, names);
  return typeof value === "number" ? value : undefined;
}

/** What a model call's span measures. Metrics that it does not tell are left out. */
export function readMetrics(
  { attributes, startedAt, endedAt, failed }: Span,
  prices: PriceList,
): { ok: true; metrics: Record<string, number> } | { ok: false; reason: string } {
  const textual = findTextualNumber(attributes);
  if (textual !== undefined) return { ok: false, reason: `${textual} is no number` };
  const input = numberOf(attributes, NAMES.inputTokens);
  const output = numberOf(attributes, NAMES.outputTokens);
  const seconds = numberOf(attributes, NAMES.timeToFirstChunk);
  const models = [textOf(attributes, NAMES.responseModel), textOf(attributes, NAMES.requestModel)];
  const price = prices.find(models.filter((model) => model !== undefined));
  const usage = { input, output, cacheRead: numberOf(attributes, NAMES.cachedInputTokens) };
  const cost = numberOf(attributes, NAMES.cost) ?? (price && costOf(usage, price));
  const metrics = {
    latency_ms: Number(endedAt - startedAt) / 1_000_000,
    error: failed || attributes.has("error.type") ? 1 : 0,
    ...(input !== undefined && { input_tokens: input }),
    ...(output !== undefined && { output_tokens: output }),
    ...(seconds !== undefined && { ttft_ms: seconds * 1_000 }),
    ...(cost !== undefined && { cost_usd: cost }),
  };
  return { ok: true, metrics };
}
