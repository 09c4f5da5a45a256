import { describe, expect, it } from "vitest";
import { mapLogs } from "#telemetry/mapping/map-logs.ts";
import { mapSpans } from "#telemetry/mapping/map-spans.ts";
import type { LogRecord, Span } from "#telemetry/otlp/otlp.ts";
import { readPriceList } from "#telemetry/pricing/read-price-list.ts";
import {
  AT,
  arm,
  attributionContext,
  call,
  event,
  flagEvaluation,
  outcomesOf,
  STARTED_AT,
} from "#tools/builders/telemetry-builder.ts";

const score = (name: string, rest: Record<string, string | number>) =>
  event("gen_ai.evaluation.result", { "gen_ai.evaluation.name": name, ...rest });

function pricesOf(raw: unknown) {
  const table = readPriceList(raw);
  if (!table.ok) throw new Error(table.error);
  return table.value;
}

describe("a model call", () => {
  it("is an outcome with the metrics that it tells", () => {
    const span = call({
      ...arm,
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.usage.output_tokens": 20,
      "gen_ai.response.time_to_first_chunk": 0.125,
    });
    expect(outcomesOf(span)).toEqual([
      {
        id: `otel:${span.traceId}:${span.spanId}`,
        experiment: "length",
        variant: "treatment",
        unit: "ann",
        timestamp: STARTED_AT + 60_250,
        metrics: { latency_ms: 250, error: 0, input_tokens: 100, output_tokens: 20, ttft_ms: 125 },
      },
    ]);
  });

  it("is one under the old names too", () => {
    const span = call({
      ...arm,
      "gen_ai.system": "openai",
      "gen_ai.usage.prompt_tokens": 100,
      "gen_ai.usage.completion_tokens": 20,
    });
    const { "gen_ai.operation.name": _, ...old } = Object.fromEntries(span.attributes);
    const [outcome] = outcomesOf({ ...span, attributes: new Map(Object.entries(old)) });
    expect(outcome?.metrics).toMatchObject({ input_tokens: 100, output_tokens: 20 });
  });

  it.each([
    ["an error as its status", call(arm, { failed: true })],
    ["a type of error", call({ ...arm, "error.type": "timeout" })],
  ])("with %s is an error", (_name, span) => {
    expect(outcomesOf(span)[0]?.metrics.error).toBe(1);
  });

  it.each([
    ["a text", "many", "is no number"],
    ["a text of digits", "7", "is no number"],
    ["less than none", -5, "is out of range"],
    ["a part of one", 0.5, "is out of range"],
    ["too many", 2 ** 60, "is out of range"],
    ["unreadable", { unreadable: "is no number" }, "is no number"],
  ])("loses a count that is %s, and nothing else", (_name, count, why) => {
    const span = call({ ...arm, "gen_ai.usage.input_tokens": count }, { failed: true });
    const found = mapSpans([span], attributionContext());
    expect(found).toMatchObject({
      outcomes: [{ entry: { metrics: { error: 1, latency_ms: 250 } } }],
      rejected: [],
      leftOut: [`gen_ai.usage.input_tokens ${why}`],
    });
    expect(found.outcomes[0]?.entry.metrics).not.toHaveProperty("input_tokens");
  });

  it("takes a count from an older name where the newer one holds none", () => {
    const tokens = { "gen_ai.usage.input_tokens": "?", "gen_ai.usage.prompt_tokens": 7 };
    const found = mapSpans([call({ ...arm, ...tokens })], attributionContext());
    expect(found).toMatchObject({ outcomes: [{ entry: { metrics: { input_tokens: 7 } } }], leftOut: [] });
  });

  it.each(["execute_tool", "invoke_agent", "embeddings"])("is not what %s is", (operation) => {
    const found = mapSpans([call({ ...arm, "gen_ai.operation.name": operation })], attributionContext());
    expect(found).toMatchObject({ outcomes: [], ignored: ["are neither model calls nor evaluations"] });
  });

  it("is whatever says of itself that it is one, and is none when it says that", () => {
    const agent = { "gen_ai.operation.name": "invoke_agent", "bakeoff.outcome": true };
    expect(outcomesOf(call({ ...arm, ...agent }))).toHaveLength(1);
    expect(outcomesOf(call({ ...arm, "bakeoff.outcome": "false" }))).toEqual([]);
  });
});

describe("the first chunk", () => {
  const ttftOf = (
    attributes: Record<string, string | number>,
    overrides: Partial<Omit<Span, "attributes" | "resource">> = {},
  ) => outcomesOf(call({ ...arm, ...attributes }, overrides))[0]?.metrics.ttft_ms;

  it("may be told as a point in time", () => {
    const time = new Date(STARTED_AT + 60_125).toISOString();
    expect(ttftOf({ "langfuse.observation.completion_start_time": time })).toBe(125);
    expect(ttftOf({ "langfuse.observation.completion_start_time": `"${time}"` })).toBe(125);
    expect(ttftOf({ "langfuse.observation.completion_start_time": "soon" })).toBeUndefined();
  });

  it("is told by an attribute rather than by events", () => {
    const events = [{ ...event("new_token", {}), at: AT + 200_000_000n }];
    expect(ttftOf({}, { events })).toBe(200);
    expect(ttftOf({ "gen_ai.response.time_to_first_chunk": 0.1 }, { events })).toBe(100);
  });

  it("needs the start of the span where only its time is known", () => {
    const events = [event("new_token", {})];
    expect(ttftOf({}, { events, startedAt: undefined })).toBeUndefined();
  });
});

describe("a time that is not told", () => {
  it("is that of arrival, for an outcome, an exposure and a score", () => {
    const [outcome] = outcomesOf(call(arm, { startedAt: undefined, endedAt: undefined }));
    expect(outcome).not.toHaveProperty("timestamp");
    expect(outcome?.metrics).toEqual({ error: 0 });
    const scored = score("relevance", { "gen_ai.evaluation.score.value": 0.5 });
    const attributes = new Map([...scored.attributes, ...Object.entries(arm)]);
    const record = { ...scored, at: undefined, attributes, traceId: "t", spanId: "s", resource: new Map() };
    const [evaluated] = mapLogs([{ ...record, leftOut: [] }], attributionContext()).outcomes;
    expect(evaluated?.entry).toMatchObject({ id: "otel:s:0:relevance", metrics: { relevance: 0.5 } });
    expect(evaluated?.entry).not.toHaveProperty("timestamp");
  });

  it("is that of the span's start where its end is missing", () => {
    const [outcome] = outcomesOf(call(arm, { endedAt: undefined }));
    expect(outcome?.timestamp).toBe(STARTED_AT + 60_000);
  });
});

describe("a flag evaluation", () => {
  const record = (attributes: Record<string, string>, overrides: Partial<LogRecord> = {}): LogRecord => ({
    ...event("feature_flag.evaluation", attributes),
    traceId: "t",
    spanId: "s",
    resource: new Map(),
    leftOut: [],
    ...overrides,
  });
  const flag = { "feature_flag.key": "summary", "feature_flag.result.variant": "control" };

  it("is an exposure, as span event and as log record", () => {
    const exposure = {
      experiment: "length",
      variant: "control",
      unit: "ann",
      timestamp: STARTED_AT + 60_000,
    };
    const events = [flagEvaluation("summary", "control", "ann")];
    expect(
      mapSpans([call({ "bakeoff.outcome": false }, { events })], attributionContext()).exposures,
    ).toEqual([{ item: 0, entry: exposure }]);
    const records = [record({ ...flag, "feature_flag.context.id": "ann" })];
    expect(mapLogs(records, attributionContext()).exposures).toEqual([{ item: 0, entry: exposure }]);
  });

  it("is left aside without a unit, a variant or a running experiment, each with its reason", () => {
    const records = [
      record(flag),
      record({ "feature_flag.key": "summary", "feature_flag.context.id": "ann" }),
      record({ ...flag, "feature_flag.key": "else", "feature_flag.context.id": "ann" }),
      record({}, { name: "a line of text" }),
    ].map((one, index) => ({ ...one, traceId: `t${index}` }));
    expect(mapLogs(records, attributionContext())).toEqual({
      exposures: [],
      outcomes: [],
      rejected: [],
      leftOut: [],
      unpriced: new Set(),
      ignored: [
        "name no unit",
        "name no variant",
        "name no running experiment",
        "are neither model calls nor evaluations",
      ],
    });
  });

  it("tells log records of the same trace whose they are", () => {
    const evaluated = record({ ...flag, "feature_flag.context.id": "ann" });
    const scored = { ...evaluated, ...score("relevance", { "gen_ai.evaluation.score.value": 0.5 }) };
    expect(mapLogs([scored, evaluated], attributionContext()).outcomes).toMatchObject([
      { item: 0, entry: { experiment: "length", unit: "ann", metrics: { relevance: 0.5 } } },
    ]);
    const elsewhere = { ...scored, traceId: "another" };
    expect(mapLogs([elsewhere, evaluated], attributionContext()).outcomes).toEqual([]);
  });
});

describe("an evaluation's result", () => {
  const metricsOf = (name: string, rest: Record<string, string | number>) =>
    outcomesOf(call({ ...arm, "bakeoff.outcome": false }, { events: [score(name, rest)] }))[0]?.metrics;

  it("is a metric of the span that it stands in", () => {
    expect(metricsOf("relevance", { "gen_ai.evaluation.score.value": 0.75 })).toEqual({ relevance: 0.75 });
  });

  it.each([
    ["Relevance", "relevance"],
    ["IntentResolution", "intent_resolution"],
    ["answer relevance", "answer_relevance"],
    ["toxicity-v2.1", "toxicity_v2_1"],
  ])("called %s is the metric %s", (name, key) => {
    expect(metricsOf(name, { "gen_ai.evaluation.score.value": 1 })).toEqual({ [key]: 1 });
  });

  it.each([
    ["relevance", "pass", 1],
    ["relevance", "Failed", 0],
    ["hallucination", "pass", 0],
    ["hallucination", "fail", 1],
  ])("of %s labeled %s is %d: to pass is good", (name, label, value) => {
    expect(metricsOf(name, { "gen_ai.evaluation.score.label": label })).toEqual({ [name]: value });
  });

  it("goes by its score where it has a label too", () => {
    const rest = { "gen_ai.evaluation.score.value": 0.2, "gen_ai.evaluation.score.label": "pass" };
    expect(metricsOf("relevance", rest)).toEqual({ relevance: 0.2 });
  });

  it.each([
    ["a name in another script", "关联", { "gen_ai.evaluation.score.value": 1 }],
    ["SQL as its name", "'; DROP TABLE", { "gen_ai.evaluation.score.value": 1 }],
    ["a label that is neither", "relevance", { "gen_ai.evaluation.score.label": "rather good" }],
    ["a score in words", "relevance", { "gen_ai.evaluation.score.value": "high" }],
    ["neither score nor label", "relevance", {}],
  ])("with %s is rejected", (_name, name, rest) => {
    const span = call({ ...arm, "bakeoff.outcome": false }, { events: [score(name, rest)] });
    expect(mapSpans([span], attributionContext())).toMatchObject({
      outcomes: [],
      ignored: [],
      rejected: [{ item: 0, entry: expect.any(String) }],
    });
  });

  it("keeps its identity when it is sent again, and shares it with no other", () => {
    const span = call(arm, { events: [score("a", { "gen_ai.evaluation.score.value": 1 })] });
    const more = { ...span, events: [...span.events, score("b", { "gen_ai.evaluation.score.value": 1 })] };
    const ids = (one: Span) => outcomesOf(one).map(({ id }) => id);
    expect(ids(more).slice(0, 2)).toEqual(ids(span));
    expect(new Set(ids(more)).size).toBe(3);
  });
});

describe("a price table", () => {
  const prices = pricesOf(
    '{"big": {"input": 10, "output": 30, "cached_input": 1}, "small": {"input": 1, "output": 2}}',
  );
  const costOf = (attributes: Record<string, string | number>) =>
    mapSpans([call({ ...arm, ...attributes })], attributionContext(prices)).outcomes[0]?.entry.metrics
      .cost_usd;
  const usage = { "gen_ai.usage.input_tokens": 1_000, "gen_ai.usage.output_tokens": 100 };

  it.each([
    ["the model that answered", { "gen_ai.response.model": "small", "gen_ai.request.model": "big" }, 0.0012],
    ["the model asked for", { "gen_ai.response.model": "big-2026", "gen_ai.request.model": "big" }, 0.013],
    [
      "less for cached tokens",
      { "gen_ai.request.model": "big", "gen_ai.usage.cache_read.input_tokens": 400 },
      0.0094,
    ],
    [
      "what others pay for cached tokens without a price",
      { "gen_ai.request.model": "small", "gen_ai.usage.cache_read.input_tokens": 400 },
      0.0012,
    ],
  ])("charges %s", (_name, attributes, cost) => {
    expect(costOf({ ...usage, ...attributes })).toBeCloseTo(cost, 12);
  });

  it("gives way to a cost that the span carries", () => {
    expect(costOf({ ...usage, "gen_ai.request.model": "big", "gen_ai.usage.cost": 7 })).toBe(7);
    expect(costOf({ "bakeoff.cost_usd": 0.5, "gen_ai.usage.cost": 7 })).toBe(0.5);
  });

  it("says nothing of unknown models or unknown usage", () => {
    expect(costOf({ ...usage, "gen_ai.request.model": "toString" })).toBeUndefined();
    expect(costOf({ "gen_ai.request.model": "big", "gen_ai.usage.input_tokens": 5 })).toBeUndefined();
  });

  it.each(["{", "[]", '{"big": {"input": -1, "output": 1}}', '{"big": {"input": 1}}', 7])(
    "is refused when it is %j",
    (raw) => {
      expect(readPriceList(raw)).toMatchObject({ ok: false, error: expect.any(String) });
    },
  );
});
