import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeUnit, encodeUnit } from "#aggregator/storage/unit-row.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { Ledger } from "#ledger/ledger.ts";
import { applyEntry } from "#ledger/replay.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { metric } from "#tools/builders/moments-builder.ts";

const METRICS = [
  metric(),
  metric({ key: "cost_usd", type: "mean", distribution: true }),
  metric({ key: "rating", type: "mean", windowSeconds: 60 }),
];
const NAMES = { variants: ["a", "b"], metrics: METRICS.map(({ key }) => key) };

const arbitraryEntry = fc.record({
  isExposure: fc.boolean(),
  variant: fc.constantFrom("a", "b", "stranger"),
  phase: fc.integer({ min: 0, max: 3 }),
  at: fc.integer({ min: 0, max: 2_000_000_000_000 }),
  receivedAt: fc.integer({ min: 0, max: 2_000_000_000_000 }),
  value: fc.oneof(
    fc.constantFrom(0, 1e-10, 0.1, 1e12, -3),
    fc.double({ noNaN: true, min: -1e12, max: 1e12 }),
  ),
});

function stateAfter(
  entries: readonly (typeof arbitraryEntry extends fc.Arbitrary<infer Value> ? Value : never)[],
) {
  const ledger = new Ledger([emptyTotals(NAMES.variants)], METRICS, [{ from: 5, until: 10 }]);
  let state: UnitState | undefined;
  for (const [index, { isExposure, value, ...entry }] of entries.entries()) {
    const common = { unit: "u", ...entry };
    state = applyEntry(
      ledger,
      state,
      isExposure
        ? { kind: "exposure", ...common, covariates: { cost_usd: value }, key: `key-${index % 3}` }
        : {
            kind: "outcome",
            ...common,
            id: `${index}`,
            metrics: { task_success: 1, cost_usd: value, rating: value },
          },
    );
  }
  return state;
}

describe("the row of a unit", () => {
  it("holds everything that is known of it", () => {
    fc.assert(
      fc.property(fc.array(arbitraryEntry, { minLength: 1, maxLength: 20 }), (entries) => {
        const state = stateAfter(entries);
        if (!state) throw new Error("every entry leaves a state");
        // JSON has neither −0 nor keys without a value.
        const expected: unknown = JSON.parse(JSON.stringify(state));
        expect(JSON.parse(JSON.stringify(decodeUnit(encodeUnit(state, NAMES), NAMES)))).toEqual(expected);
      }),
    );
  });

  it("is still read as earlier versions wrote it", () => {
    const state: UnitState = { v: "a", x: false, s: { task_success: [1, 1] }, i: [7], b: 2 };
    expect(decodeUnit(JSON.stringify(state), NAMES)).toEqual(state);
  });

  it("of one outcome of six metrics takes less than 120 characters", () => {
    const metrics = ["a", "b", "c", "d", "e"].map((key) => metric({ key, type: "mean" }));
    const all = [...metrics, metric({ key: "latency_ms", type: "mean", distribution: true })];
    const names = { variants: ["control", "treatment"], metrics: all.map(({ key }) => key) };
    const ledger = new Ledger([emptyTotals(names.variants)], all);
    const at = 1_764_000_000_000;
    const values = { a: 1, b: 0, c: 0.0123, d: 412, e: 88, latency_ms: 1_234.5 };
    const state = applyEntry(ledger, undefined, {
      kind: "outcome",
      id: "0b2c",
      unit: "u",
      variant: "control",
      at,
      receivedAt: at,
      metrics: values,
    });
    expect(encodeUnit(state, names).length).toBeLessThan(120);
  });
});
