import type { Attributes, HrTime, SpanContext } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { AttributionContext } from "#telemetry/attribution/experiments.ts";
import { mapSpans } from "#telemetry/mapping/map-spans.ts";
import type { AttributeValue, Unreadable } from "#telemetry/otlp/attributes.ts";
import type { Span, SpanEvent } from "#telemetry/otlp/otlp.ts";
import { createPriceList, type PriceList } from "#telemetry/pricing/price-list.ts";
import { metric } from "./moments-builder.ts";

const SCOPE = { name: "app" };

export interface SdkSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string | undefined;
  startTime: HrTime;
  endTime: HrTime;
  failed: boolean;
  name?: string;
  attributes: Attributes;
  events: { name: string; time: HrTime; attributes: Attributes }[];
}

const contextOf = (traceId: string, spanId: string): SpanContext => ({ traceId, spanId, traceFlags: 1 });

/** Spans as the SDK of OpenTelemetry hands them to its exporters, all of one resource. */
export function sdkSpans(spans: readonly SdkSpan[], resource: Attributes): ReadableSpan[] {
  const shared = resourceFromAttributes({ "telemetry.sdk.language": "nodejs", ...resource });
  return spans.map((span) => ({
    name: span.name ?? "chat",
    kind: 2,
    spanContext: () => contextOf(span.traceId, span.spanId),
    ...(span.parentSpanId !== undefined && { parentSpanContext: contextOf(span.traceId, span.parentSpanId) }),
    startTime: span.startTime,
    endTime: span.endTime,
    status: { code: span.failed ? 2 : 0 },
    attributes: span.attributes,
    links: [],
    events: span.events,
    duration: [0, 0],
    ended: true,
    resource: shared,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }));
}

/** A log record as the SDK of OpenTelemetry hands it to its exporters. */
export function sdkLog(record: Partial<ReadableLogRecord>): ReadableLogRecord {
  return {
    hrTime: [1_700_000_000, 5],
    hrTimeObserved: [1_700_000_001, 7],
    resource: resourceFromAttributes({ "telemetry.sdk.language": "nodejs" }),
    instrumentationScope: SCOPE,
    attributes: {},
    droppedAttributesCount: 0,
    ...record,
  };
}

export const STARTED_AT = 1_700_000_000_000;

/** Experiments `tone` on the AI config `answer` and `length` on `summary`, and `tone-2` on `answer` after `tone` ended. */
export function attributionContext(prices: PriceList = createPriceList([])): AttributionContext {
  const variants = ["control", "treatment"].map((key, index) => ({ key, version: index + 1, weight: 0.5 }));
  const experiment = (key: string, config: string, startedAt: number, endedAt: number | null) => ({
    key,
    config,
    variants,
    startedAt,
    endedAt,
    metricDefinitions: [metric({ key: "hallucination", direction: "decrease" })],
  });
  const experiments = [
    experiment("tone", "answer", STARTED_AT - 1_000_000, STARTED_AT - 1),
    experiment("tone-2", "answer", STARTED_AT, null),
    experiment("length", "summary", STARTED_AT, null),
  ];
  return {
    experiment: (key) => experiments.find((one) => one.key === key),
    experimentsOn: (config) => experiments.filter((one) => one.config === config),
    metrics: new Map([["relevance", metric({ key: "relevance", direction: "increase" })]]),
    prices,
  };
}

type Plain = Record<string, AttributeValue | Unreadable>;

/** The time of what the builders build, in nanoseconds. */
export const AT = BigInt(STARTED_AT + 60_000) * 1_000_000n;

let counter = 0;

/** A decoded span of the trace `t`, 250 ms long, that called a model. */
export function call(
  attributes: Plain,
  { resource = {}, ...overrides }: Omit<Partial<Span>, "attributes" | "resource"> & { resource?: Plain } = {},
): Span {
  counter += 1;
  return {
    traceId: "t",
    spanId: `s${counter}`,
    parentSpanId: undefined,
    name: "",
    scope: "app",
    leftOut: [],
    startedAt: AT,
    endedAt: AT + 250_000_000n,
    failed: false,
    events: [],
    ...overrides,
    attributes: new Map(Object.entries({ "gen_ai.operation.name": "chat", ...attributes })),
    resource: new Map(Object.entries(resource)),
  };
}

export function event(name: string, attributes: Plain): SpanEvent {
  return { name, at: AT, attributes: new Map(Object.entries(attributes)) };
}

/** The event that says which variant of an AI config somebody got. */
export function flagEvaluation(key: string, variant: string, unit: string): SpanEvent {
  return event("feature_flag.evaluation", {
    "feature_flag.key": key,
    "feature_flag.result.variant": variant,
    "feature_flag.context.id": unit,
  });
}

/** What a span says that belongs to an experiment by Bakeoff's own attributes. */
export const arm = { "bakeoff.experiment": "length", "bakeoff.variant": "treatment", "bakeoff.unit": "ann" };

/** The outcomes that spans are mapped to. */
export function outcomesOf(...spans: Span[]) {
  return mapSpans(spans, attributionContext()).outcomes.map(({ entry }) => entry);
}
