import { describe, expect, it } from "vitest";
import { mapSpans } from "#telemetry/mapping/map-spans.ts";
import type { Span } from "#telemetry/otlp/otlp.ts";
import {
  AT,
  arm,
  attributionContext,
  call,
  flagEvaluation,
  outcomesOf,
} from "#tools/builders/telemetry-builder.ts";

const OUTCOME = { "bakeoff.outcome": true };
const AGENT = { "gen_ai.operation.name": "invoke_agent", ...arm };
const tokens = (count: number) => ({ "gen_ai.usage.input_tokens": count });

describe("a span that is no call, but marked as an outcome", () => {
  const agent = call({ ...AGENT, ...OUTCOME }, { spanId: "agent", endedAt: AT + 900_000_000n });
  const inAgent = (
    attributes: Parameters<typeof call>[0],
    overrides: Omit<Partial<Span>, "attributes" | "resource"> = {},
  ) => call({ ...arm, ...attributes }, { parentSpanId: "agent", ...overrides });

  it("counts in the place of the calls inside it, with its own latency and none of their tokens", () => {
    const outcomes = outcomesOf(agent, inAgent(tokens(5)), inAgent(tokens(7)));
    expect(outcomes).toEqual([
      expect.objectContaining({ id: "otel:t:agent", metrics: { latency_ms: 900, error: 0 } }),
    ]);
  });

  it("takes what it does not say from a call that is alone in it", () => {
    const [outcome, ...others] = outcomesOf(agent, inAgent(tokens(5)));
    expect(outcome).toMatchObject({ id: "otel:t:agent", metrics: { latency_ms: 900, input_tokens: 5 } });
    expect(others).toEqual([]);
  });

  it("covers calls inside of its tools, and leaves those alone that are marked themselves", () => {
    const tool = inAgent({ "gen_ai.operation.name": "execute_tool" }, { spanId: "tool" });
    const spans = [agent, tool, inAgent({}, { parentSpanId: "tool" })];
    expect(outcomesOf(...spans)).toHaveLength(1);
    expect(outcomesOf(...spans, inAgent(OUTCOME, { spanId: "marked" })).map(({ id }) => id)).toEqual([
      "otel:t:agent",
      "otel:t:marked",
    ]);
    expect(mapSpans(spans, attributionContext()).ignored).toContain(
      "describe calls that count by other spans",
    );
  });

  it("hands the calls over to the nearest that is marked", () => {
    const step = inAgent({ "gen_ai.operation.name": "agent_step", ...OUTCOME }, { spanId: "step" });
    const outcomes = outcomesOf(agent, step, inAgent(tokens(5), { parentSpanId: "step" }));
    expect(outcomes.map(({ id, metrics }) => [id, metrics.input_tokens])).toEqual([
      ["otel:t:agent", undefined],
      ["otel:t:step", 5],
    ]);
  });
});

describe("two calls side by side, one within the other in time", () => {
  const model = { "gen_ai.request.model": "gpt-4o" };
  const framework = (attributes = {}) =>
    call({ ...arm, ...model, ...attributes }, { scope: "framework", endedAt: AT + 300_000_000n });
  const client = (attributes = {}, overrides = {}) =>
    call({ ...model, ...attributes }, { scope: "client", ...overrides });

  it("are one call", () => {
    expect(outcomesOf(framework(), client())).toHaveLength(1);
  });

  it.each([
    ["units", { ...arm, "bakeoff.unit": "bob" }],
    ["variants", { ...arm, "bakeoff.variant": "control" }],
    ["models", { ...arm, "gen_ai.request.model": "gpt-4o-mini" }],
  ])("that name different %s are two", (_what, attributes) => {
    expect(outcomesOf(framework(), client(attributes))).toHaveLength(2);
  });

  it("that tell different tokens, or made by one instrumentation, are two", () => {
    expect(outcomesOf(framework(tokens(5)), client({ ...arm, ...tokens(7) }))).toHaveLength(2);
    expect(outcomesOf(framework(), client(arm, { scope: "framework" }))).toHaveLength(2);
  });

  it("of which only one failed are two: a failed attempt and what came after it", () => {
    expect(outcomesOf(framework(), client(arm, { failed: true }))).toHaveLength(2);
  });
});

describe("what is said of a span many times over", () => {
  it("is taken from the nearest place, whatever farther places say again", () => {
    const chain = Array.from({ length: 60 }, (_, depth) =>
      call(
        { "bakeoff.outcome": false },
        {
          spanId: `c${depth}`,
          parentSpanId: depth === 0 ? undefined : `c${depth - 1}`,
          events: [flagEvaluation("summary", depth < 59 ? "control" : "treatment", "ann")],
        },
      ),
    );
    const found = mapSpans([...chain, call({}, { parentSpanId: "c59" })], attributionContext());
    expect(found.outcomes.map(({ entry }) => entry)).toMatchObject([{ unit: "ann", variant: "treatment" }]);
  });
});
