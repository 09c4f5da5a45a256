import { describe, expect, it } from "vitest";
import { mapSpans } from "#telemetry/mapping/map-spans.ts";
import {
  AT,
  arm,
  attributionContext,
  call,
  flagEvaluation,
  outcomesOf,
} from "#tools/builders/telemetry-builder.ts";

describe("whose outcome it is", () => {
  const evaluation = flagEvaluation("summary", "treatment", "ann");
  const expected = { experiment: "length", variant: "treatment", unit: "ann" };

  it("is told by a flag evaluation among its own events or attributes", () => {
    expect(outcomesOf(call({}, { events: [evaluation] }))).toMatchObject([expected]);
    expect(outcomesOf(call(Object.fromEntries(evaluation.attributes)))).toMatchObject([expected]);
  });

  it("is told by the last of several evaluations of a flag", () => {
    const events = [flagEvaluation("summary", "control", "ann"), evaluation];
    expect(outcomesOf(call({}, { events }))).toMatchObject([expected]);
  });

  it("is told by an ancestor, the nearest first", () => {
    const far = flagEvaluation("summary", "control", "bob");
    const spans = [
      call({ "bakeoff.outcome": false }, { spanId: "root", events: [far] }),
      call({ "bakeoff.outcome": false }, { spanId: "middle", parentSpanId: "root", events: [evaluation] }),
      call({}, { spanId: "leaf", parentSpanId: "middle" }),
      call({}, { spanId: "other", parentSpanId: "root" }),
    ];
    expect(outcomesOf(...spans)).toMatchObject([expected, { variant: "control", unit: "bob" }]);
  });

  it("is told by anything else in the trace while that is about one unit", () => {
    const sibling = call({ "bakeoff.outcome": false }, { events: [evaluation] });
    expect(outcomesOf(sibling, call({}))).toMatchObject([expected]);
    expect(outcomesOf(sibling, call({}, { traceId: "another" }))).toEqual([]);
    const bob = call({ "bakeoff.outcome": false }, { events: [flagEvaluation("summary", "control", "bob")] });
    expect(outcomesOf(sibling, bob, call({}))).toEqual([]);
  });

  it("may be told in parts: the experiment by the resource, the unit by the span", () => {
    const resource = { "bakeoff.experiment": "length", "bakeoff.variant": "treatment" };
    expect(outcomesOf(call({ "bakeoff.unit": "ann" }, { resource }))).toMatchObject([expected]);
  });

  it("needs no variant where the ledger knows the unit", () => {
    const [outcome] = outcomesOf(call({ "bakeoff.experiment": "length", "bakeoff.unit": "ann" }));
    expect(outcome).toMatchObject({ experiment: "length", unit: "ann" });
    expect(outcome).not.toHaveProperty("variant");
  });

  it("takes a conversation for the unit only where that was chosen", () => {
    const { "bakeoff.unit": _, ...unitless } = arm;
    const span = { ...unitless, "gen_ai.conversation.id": "talk" };
    expect(mapSpans([call(span)], attributionContext())).toMatchObject({
      outcomes: [],
      ignored: ["name no unit"],
    });
    const resource = { "bakeoff.unit_attribute": "gen_ai.conversation.id" };
    expect(outcomesOf(call(span, { resource }))).toMatchObject([{ unit: "talk" }]);
  });

  it("reads everything from baggage, where all values are texts", () => {
    expect(outcomesOf(call({ ...arm, "bakeoff.phase": "2" }))).toMatchObject([{ phase: 2 }]);
  });

  it("is not guessed where two experiments are possible, and is clear once the AI config is named", () => {
    const events = [evaluation, flagEvaluation("answer", "control", "ann")];
    const root = call({ "bakeoff.outcome": false }, { spanId: "both", events });
    const child = (attributes: Record<string, string>) => call(attributes, { parentSpanId: "both" });
    expect(mapSpans([root, child({})], attributionContext()).ignored).toEqual([
      "could belong to several experiments",
    ]);
    expect(outcomesOf(root, child({ "bakeoff.config": "answer" }))).toMatchObject([
      { experiment: "tone-2", variant: "control", unit: "ann" },
    ]);
  });

  it("is, of experiments one after the other on an AI config, that of the time", () => {
    const events = [flagEvaluation("answer", "control", "ann")];
    const before = { startedAt: AT - 120_000_000_000n, endedAt: AT - 100_000_000_000n };
    expect(outcomesOf(call({}, { events }), call({}, { events, ...before }))).toMatchObject([
      { experiment: "tone-2" },
      { experiment: "tone" },
    ]);
  });

  it("is nobody's where no running experiment is named", () => {
    const spans = [
      call({}),
      call({ ...arm, "bakeoff.experiment": "toString" }),
      call({}, { events: [flagEvaluation("summary", "live", "ann")] }),
      call({ ...arm, "bakeoff.config": "answer" }),
    ].map((span, index) => ({ ...span, traceId: `t${index}` }));
    const found = mapSpans(spans, attributionContext());
    expect(found.outcomes).toEqual([]);
    expect(found.ignored).toEqual(spans.map(() => "name no running experiment"));
  });

  it("is told by nothing else in the trace where that contradicts itself", () => {
    const other = flagEvaluation("summary", "control", "ann");
    const sibling = (event: typeof other) => call({ "bakeoff.outcome": false }, { events: [event] });
    const found = mapSpans([sibling(evaluation), sibling(other), call({})], attributionContext());
    expect(found).toMatchObject({ outcomes: [], exposures: [{}, {}] });
  });

  it.each([
    ["a unit", { "bakeoff.unit": { unreadable: "is no number" } }, "bakeoff.unit is no number"],
    ["a variant", { "bakeoff.variant": { unreadable: "is no number" } }, "bakeoff.variant is no number"],
    [
      "an experiment",
      { "bakeoff.experiment": 2 ** 60 },
      "bakeoff.experiment is a number too large to be exact",
    ],
    ["a phase", { "bakeoff.phase": -1 }, "bakeoff.phase is no phase"],
  ])("is not sought elsewhere where %s cannot be read", (_name, attributes, entry) => {
    const root = call({ ...arm, "bakeoff.outcome": false }, { spanId: "root" });
    const rest = Object.fromEntries(Object.entries(arm).filter(([name]) => !(name in attributes)));
    const child = call({ ...rest, ...attributes }, { parentSpanId: "root" });
    expect(mapSpans([root, child], attributionContext())).toMatchObject({
      outcomes: [],
      rejected: [{ item: 1, entry }],
    });
  });

  it("keeps every digit of a unit that is a whole number", () => {
    expect(outcomesOf(call({ ...arm, "bakeoff.unit": 1234567890123456789n }))).toMatchObject([
      { unit: "1234567890123456789" },
    ]);
  });

  it("does not get lost among spans that are each other's parents", () => {
    const spans = [
      call({}, { spanId: "a", parentSpanId: "b" }),
      call({}, { spanId: "b", parentSpanId: "a", events: [evaluation] }),
    ];
    expect(outcomesOf(...spans)).toMatchObject([expected, expected]);
  });
});
