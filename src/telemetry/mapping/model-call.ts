import {
  invalidLoggedValueReason,
  MAXIMUM_METRIC_MAGNITUDE,
  type MetricDefinition,
} from "#model/metric/metric.ts";
import { hasFailed } from "../attribution/call-kind.ts";
import { textOf } from "../otlp/attributes.ts";
import { NAMES } from "../otlp/names.ts";
import { createNumberReader, isAmount, type NumberReader } from "../otlp/numbers.ts";
import type { Span } from "../otlp/otlp.ts";
import type { PriceList } from "../pricing/price-list.ts";
import { costOf } from "../pricing/token-cost.ts";
import { millisecondsBetween, readTimeToFirstChunk } from "./first-chunk.ts";
import { mergeUsages, readUsage } from "./usage.ts";

/** What the spans of a call tell of it. */
export interface ModelCallMeasures {
  /** Values by metric. What is not told, or cannot be, is not among them. */
  metrics: Record<string, number>;
  /** What was left out, one reason each. */
  leftOut: string[];
  /** A model that has no price, where the cost depended on it. */
  unpriced: string | undefined;
}

/** Reads something from the first of some spans that tells it. */
function firstTold<Value>(
  spans: readonly Span[],
  read: (span: Span) => Value | undefined,
): Value | undefined {
  for (const span of spans) {
    const value = read(span);
    if (value !== undefined) return value;
  }
  return undefined;
}

function readLatency({ startedAt, endedAt }: Span, validationErrors: string[]): number | undefined {
  if (startedAt === undefined || endedAt === undefined) return undefined;
  if (startedAt <= endedAt) return millisecondsBetween(startedAt, endedAt);
  validationErrors.push("the span ends before it starts");
  return undefined;
}

function readCost(
  spans: readonly Span[],
  read: NumberReader,
  prices: PriceList,
): { input?: number | undefined; output?: number | undefined; cost?: number | undefined; unpriced?: string } {
  const usage = mergeUsages(spans.map((span) => readUsage(span, read)));
  const { input, output } = usage;
  const cost = firstTold(spans, ({ attributes }) => read(attributes, NAMES.cost, isAmount));
  if (cost !== undefined) return { input, output, cost };
  const models = spans.flatMap(({ attributes }) =>
    [NAMES.responseModel, NAMES.requestModel].flatMap((names) => textOf(attributes, names) ?? []),
  );
  const [model] = models;
  if (prices.isEmpty || model === undefined) return { input, output };
  const priced = prices.find(models);
  const isPriceable = input !== undefined && output !== undefined;
  return {
    input,
    output,
    cost: priced && costOf(usage, priced.price),
    // Priced by another name than its first it may have cost something else: an alias, or a fallback to another model.
    ...(isPriceable && priced?.model !== model && { unpriced: model }),
  };
}

/**
 * What a model call measures. A number that is none costs itself and nothing else: above all not the error of a call
 * that failed.
 * @param call the span of the call: its duration and its failure are the call's
 * @param around other spans that describe the same call; they tell what it does not
 * @param definitionOf the definition of a metric, where there is one
 */
export function readCall(
  call: Span,
  around: readonly Span[],
  prices: PriceList,
  definitionOf: (metric: string) => MetricDefinition | undefined,
): ModelCallMeasures {
  const spans = [call, ...around];
  const leftOut = [...call.leftOut];
  const { read, validationErrors } = createNumberReader();
  const { input, output, cost, unpriced } = readCost(spans, read, prices);
  const candidates = {
    latency_ms: readLatency(call, leftOut),
    error: hasFailed(call) ? 1 : 0,
    input_tokens: input,
    output_tokens: output,
    ttft_ms: firstTold(spans, (span) => readTimeToFirstChunk(span, read, leftOut)),
    cost_usd: cost,
  };
  const metrics: Record<string, number> = {};
  for (const [metric, value] of Object.entries(candidates)) {
    if (value === undefined) continue;
    const definition = definitionOf(metric);
    const reason =
      value > MAXIMUM_METRIC_MAGNITUDE
        ? "it is out of range"
        : definition && invalidLoggedValueReason(definition, metric, value);
    if (reason === undefined) metrics[metric] = value;
    else leftOut.push(`${metric}: ${reason}`);
  }
  return { metrics, leftOut: [...leftOut, ...validationErrors()], unpriced };
}
