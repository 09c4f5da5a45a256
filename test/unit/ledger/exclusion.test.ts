import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { ObservedEntry } from "#ledger/log-entry.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { countedAnewAt, joinStretches, type Stretch } from "#model/experiment/exclusion.ts";
import { metric } from "#tools/builders/moments-builder.ts";

const VARIANTS = ["control", "treatment"];
const metricDefinitions = [
  metric({ key: "task_success" }),
  metric({ key: "score", type: "mean", windowSeconds: 60 }),
];
const STRETCH: Stretch = { from: 100, until: 200 };

function totalsOf(entries: readonly ObservedEntry[], exclusions: readonly Stretch[]) {
  const ledger = new Ledger([emptyTotals(VARIANTS)], metricDefinitions, exclusions);
  const units = new Map<string, UnitState>();
  for (const entry of entries) units.set(entry.unit, ledger.apply(units.get(entry.unit), entry));
  ledger.mature(units.values(), 1_000_000);
  return ledger.totalsIn(0);
}

const exposure = (u: string, t: number, v = "control"): ObservedEntry => ({
  kind: "exposure",
  unit: u,
  variant: v,
  at: t,
});
const outcome = (u: string, t: number, v = "control"): ObservedEntry => ({
  kind: "outcome",
  id: `${u}-${t}`,
  unit: u,
  variant: v,
  at: t,
  receivedAt: t,
  metrics: { task_success: 1, score: 3 },
});

const arbitraryEntries = fc.array(
  fc
    .record({
      isOutcome: fc.boolean(),
      unit: fc.integer({ min: 0, max: 8 }),
      at: fc.integer({ min: 0, max: 300 }),
      variant: fc.constantFrom(...VARIANTS),
    })
    .map(({ isOutcome, unit, at, variant }) =>
      isOutcome ? outcome(`u${unit}`, at, variant) : exposure(`u${unit}`, at, variant),
    ),
  { maxLength: 60 },
);

describe("an excluded stretch of time", () => {
  it("leaves totals as if the log had never held its entries, nor its new units", () => {
    fc.assert(
      fc.property(arbitraryEntries, (entries) => {
        const first = new Map<string, number>();
        for (const { unit: u, at: t } of entries) if (!first.has(u)) first.set(u, t);
        const isIn = (t = -1) => STRETCH.from <= t && t < STRETCH.until;
        const kept = entries.filter(({ unit: u, at: t }) => !isIn(t) && !isIn(first.get(u)));
        const { excludedUnits, excludedEvents, ...totals } = totalsOf(entries, [STRETCH]);
        const { excludedUnits: noUnits, excludedEvents: noEvents, ...expected } = totalsOf(kept, []);
        expect(totals).toEqual(expected);
        expect([noUnits, noEvents]).toEqual([0, 0]);
        expect(excludedUnits).toBe([...first.values()].filter(isIn).length);
        const outcomes = (some: readonly ObservedEntry[]) =>
          some.filter(({ kind: k }) => k === "outcome").length;
        expect(excludedEvents).toBe(outcomes(entries) - outcomes(kept));
      }),
    );
  });

  it("ends before its last moment", () => {
    const entries = [
      exposure("first", 99),
      exposure("begins", 100),
      exposure("ends", 199),
      exposure("after", 200),
    ];
    expect(totalsOf(entries, [STRETCH])).toMatchObject({
      excludedUnits: 2,
      variants: { control: { units: 2 } },
    });
  });

  it("is known once, however often it is told", () => {
    const other = { from: 5, until: 6 };
    expect(joinStretches([STRETCH], [other, { ...STRETCH }])).toEqual([STRETCH, other]);
  });

  it("makes earlier looks obsolete only where it has changed the totals", () => {
    const said = { ...STRETCH, reason: "", actor: "", at: 300 };
    const idle = { ...said, countedAt: 900, hasChangedTotals: false };
    const effective = { ...said, countedAt: 400, hasChangedTotals: true };
    const waiting = { ...said, countedAt: null, hasChangedTotals: true };
    expect(countedAnewAt([idle, waiting])).toBeUndefined();
    expect(countedAnewAt([effective, idle, waiting])).toBe(400);
  });
});
