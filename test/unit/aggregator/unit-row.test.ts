import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteWriter } from "#aggregator/storage/byte-writer.ts";
import type { UnitRowNames } from "#aggregator/storage/name-list.ts";
import { decodeUnit, writeUnit } from "#aggregator/storage/unit-row.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { withValue } from "#analyzer/estimates/quantile-sketch.ts";
import { Ledger } from "#ledger/ledger.ts";
import { applyObserved } from "#ledger/replay.ts";
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
    state = applyObserved(
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

function encodeUnit(state: UnitState, names: UnitRowNames): ArrayBuffer {
  const writer = new ByteWriter();
  writeUnit(writer, state, names);
  return writer.toBytes().buffer;
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
    const state: UnitState = { v: "a", x: false, s: { task_success: [1, 1] }, t: [], i: [7], b: 2 };
    expect(decodeUnit(JSON.stringify({ ...state, t: undefined }), NAMES)).toEqual(state);
    const text = `[0,9,3,null,5,8,2,"00000000007",[0,1,1,1,0.25,1],{"q":{"1":1},"c":{"cost_usd":3},"k":[9],"r":[2]}]`;
    expect(decodeUnit(text, NAMES)).toEqual({
      ...{
        v: "a",
        x: true,
        o: true,
        p: 3,
        g: 5,
        f: 8,
        b: 2,
        t: [],
        i: [7],
        k: [9],
        r: [2],
        c: { cost_usd: 3 },
      },
      s: { task_success: [1, 1], cost_usd: [0.25, 1] },
      q: { cost_usd: withValue([], 0.25) },
    });
  });

  it("is refused where it ends too early, goes on too long, or is of another format", () => {
    fc.assert(
      fc.property(fc.array(arbitraryEntry, { minLength: 1, maxLength: 20 }), fc.nat(), (entries, at) => {
        const state = stateAfter(entries);
        if (!state) throw new Error("every entry leaves a state");
        const bytes = encodeUnit(state, NAMES);
        expect(() => decodeUnit(bytes.slice(0, at % bytes.byteLength), NAMES)).toThrow();
        expect(() => decodeUnit(new Uint8Array([...new Uint8Array(bytes), 0]).buffer, NAMES)).toThrow();
        expect(() => decodeUnit(new Uint8Array([2, ...new Uint8Array(bytes)]).buffer, NAMES)).toThrow();
      }),
    );
  });

  it("of one outcome of six metrics takes at most 45 bytes", () => {
    const metrics = ["a", "b", "c", "d", "e"].map((key) => metric({ key, type: "mean" }));
    const all = [...metrics, metric({ key: "latency_ms", type: "mean", distribution: true })];
    const names = { variants: ["control", "treatment"], metrics: all.map(({ key }) => key) };
    const ledger = new Ledger([emptyTotals(names.variants)], all);
    const at = 1_764_000_000_000;
    const values = { a: 1, b: 0, c: 0.0123, d: 412, e: 88, latency_ms: 1_234.5 };
    const state = applyObserved(ledger, undefined, {
      kind: "outcome",
      id: "0b2c",
      unit: "u",
      variant: "control",
      at,
      receivedAt: at,
      metrics: values,
    });
    expect(encodeUnit(state, names).byteLength).toBeLessThanOrEqual(45);
  });
});
