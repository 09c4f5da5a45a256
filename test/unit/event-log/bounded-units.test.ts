import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { BoundedUnits } from "#event-log/bounded-units.ts";
import { applyWithin } from "#event-log/log-pass.ts";
import { Rebuild } from "#event-log/rebuild.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import { Replay } from "#ledger/replay.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { metric } from "#tools/builders/moments-builder.ts";

/** Units in a map, read back as copies: what is in memory and was not written is lost. */
function mapStore<Unit>() {
  const stored = new Map<string, Unit>();
  return {
    stored,
    *read(names: readonly string[]): Generator<[string, Unit]> {
      for (const name of names) {
        const unit = stored.get(name);
        if (unit !== undefined) yield [name, structuredClone(unit)];
      }
    },
    remove(names: readonly string[]) {
      for (const name of names) stored.delete(name);
    },
    write(units: ReadonlyMap<string, Unit>) {
      for (const [name, unit] of units) stored.set(name, structuredClone(unit));
    },
  };
}

const DEFINITIONS = [metric(), metric({ key: "cost_usd", type: "mean", direction: "decrease" })];

const entries = fc.array(
  fc.record({
    unit: fc.integer({ min: 0, max: 12 }).map(String),
    variant: fc.constantFrom("a", "b"),
    value: fc.integer({ min: 0, max: 9 }),
    isErasure: fc.integer({ min: 0, max: 9 }).map((drawn) => drawn === 0),
  }),
  { minLength: 1, maxLength: 60 },
);

describe("units that are bounded by bytes", () => {
  it("come to the same totals however few of them fit into memory", () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 5_000 }), (drawn, maximumBytes) => {
        const log = drawn.map(({ unit, variant, value, isErasure }, index): LogEntry => {
          const common = { unit, at: index };
          const metrics = { task_success: value % 2, cost_usd: value };
          return isErasure
            ? { kind: "erasure", ...common, wasCounted: true }
            : { kind: "outcome", ...common, id: `${index}`, variant, receivedAt: index, metrics };
        });
        const whole = new Replay([emptyTotals(["a", "b"])], DEFINITIONS);
        for (const entry of log) whole.apply(structuredClone(entry));
        const store = mapStore<UnitState>();
        const parts = new Rebuild([emptyTotals(["a", "b"])], DEFINITIONS, [], store, maximumBytes);
        let applied = 0;
        applyWithin(parts, log, (count) => {
          expect(count).toBeGreaterThanOrEqual(applied);
          applied = count;
          parts.write();
        });
        parts.write();
        expect(parts.state()).toEqual(whole.phases);
        expect(store.stored).toEqual(whole.units);
      }),
    );
  });

  it("refuse to load more than fit, but never a single one", () => {
    const store = mapStore<string>();
    store.write(new Map(["one", "two", "three"].map((name) => [name, "x".repeat(100)])));
    const units = new BoundedUnits<string>(store, ({ length }) => length, 150);
    expect(units.load(new Set(["one"]))).toBe(true);
    expect([units.isFull, units.get("one")?.length]).toEqual([false, 100]);
    expect(units.load(new Set(["one", "two", "three"]))).toBe(false);
    units.write();
    expect(units.get("one")).toBeUndefined();
    const small = new BoundedUnits<string>(store, ({ length }) => length, 50);
    expect(small.load(new Set(["two"]))).toBe(true);
    expect(small.isFull).toBe(true);
  });
});
