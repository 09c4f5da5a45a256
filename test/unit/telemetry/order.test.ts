import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mapSpans } from "#telemetry/mapping/map-spans.ts";
import type { Span } from "#telemetry/otlp/otlp.ts";
import { AT, arm, attributionContext, call, flagEvaluation } from "#tools/builders/telemetry-builder.ts";

const label = fc.constantFrom("a", "b", "c", "d", "e", "f", "g");

/** Spans that may lie in each other in any way, circles and repeated identities among them. */
const spanArbitrary: fc.Arbitrary<Span> = fc
  .record({
    spanId: label,
    parentSpanId: fc.option(label, { nil: undefined }),
    operation: fc.constantFrom("chat", "generate_content", "execute_tool", "invoke_agent", "agent_step", ""),
    mark: fc.constantFrom(undefined, undefined, undefined, true, false),
    tokens: fc.option(fc.nat(5), { nil: undefined }),
    claim: fc.constantFrom({}, arm, { "bakeoff.unit": "bob" }, { ...arm, "bakeoff.variant": "control" }),
    flag: fc.option(fc.constantFrom("control", "treatment"), { nil: undefined }),
    failed: fc.boolean(),
    milliseconds: fc.nat(1_000),
    scope: fc.constantFrom("framework", "client"),
    model: fc.constantFrom("a", "b"),
  })
  .map(({ spanId, parentSpanId, operation, mark, tokens, claim, flag, failed, milliseconds, scope, model }) =>
    call(
      {
        "gen_ai.operation.name": operation,
        "gen_ai.request.model": model,
        ...(mark !== undefined && { "bakeoff.outcome": mark }),
        ...(tokens !== undefined && { "gen_ai.usage.input_tokens": tokens }),
        ...claim,
      },
      {
        spanId,
        parentSpanId,
        scope,
        failed,
        endedAt: AT + BigInt(milliseconds) * 1_000_000n,
        events: flag === undefined ? [] : [flagEvaluation("summary", flag, "ann")],
      },
    ),
  );

/** What was observed, in an order of its own. */
function observe(spans: readonly Span[]) {
  const { outcomes, exposures, ignored, rejected, leftOut } = mapSpans(spans, attributionContext());
  const texts = (entries: readonly unknown[]) => entries.map((entry) => JSON.stringify(entry)).sort();
  return {
    outcomes: texts(outcomes.map(({ entry }) => entry)),
    exposures: texts(exposures.map(({ entry }) => entry)),
    rejected: texts(rejected.map(({ entry }) => entry)),
    ignored: texts(ignored),
    leftOut: texts(leftOut),
  };
}

describe("the spans of a request", () => {
  it("say the same in whatever order they come", () => {
    const shuffled = fc
      .array(spanArbitrary, { maxLength: 8 })
      .chain((spans) =>
        fc.tuple(
          fc.constant(spans),
          fc.shuffledSubarray(spans, { minLength: spans.length, maxLength: spans.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([spans, other]) => {
        expect(observe(other)).toEqual(observe(spans));
      }),
      { numRuns: 2_000 },
    );
  });

  it("are all accounted for: taken, rejected or left aside", () => {
    fc.assert(
      fc.property(fc.array(spanArbitrary, { maxLength: 8 }), (spans) => {
        const { outcomes, exposures, ignored, rejected } = mapSpans(spans, attributionContext());
        const taken = new Set([...outcomes, ...exposures, ...rejected].map(({ item }) => item));
        expect(taken.size + ignored.length).toBe(spans.length);
      }),
    );
  });
});
