import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Recording } from "#aggregator/recording.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { Recount } from "#event-log/recount.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { LogEntry } from "#ledger/log-entry.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { metric } from "#tools/builders/moments-builder.ts";

const VARIANTS = ["control", "treatment"];
const metricDefinitions = [metric(), metric({ key: "cost_usd", type: "mean", per: "unit", absent: "zero" })];

interface Visit {
  unit: number;
  variant: string;
  isExposure: boolean;
  success: number;
}

const arbitraryVisits = fc.array(
  fc.record({
    unit: fc.integer({ min: 0, max: 9 }),
    variant: fc.constantFrom(...VARIANTS),
    isExposure: fc.boolean(),
    success: fc.integer({ min: 0, max: 1 }),
  }),
  { maxLength: 80 },
);

/** Records visits as an aggregator does. @param returning units that another phase has */
function record(visits: readonly Visit[], returning: ReadonlySet<string>) {
  const ledger = new Ledger(emptyTotals(VARIANTS), metricDefinitions);
  const units = new Map<string, UnitState>();
  const entries: LogEntry[] = [];
  for (const [index, { unit, variant, isExposure, success }] of visits.entries()) {
    const recording = new Recording(ledger, units, () => new Set(), [], returning);
    const observation = { unit: `unit-${unit}`, variant, at: index };
    if (isExposure) recording.recordExposure({ ...observation, covariates: { task_success: success } });
    else {
      const metrics = { task_success: success, cost_usd: unit + success };
      recording.recordOutcome({ ...observation, id: `${index}`, receivedAt: index, metrics });
    }
    entries.push(...recording.entries);
  }
  return { totals: ledger.totals, entries };
}

const isReturning = ({ unit }: Visit) => unit < 4;
const RETURNING = new Set(["unit-0", "unit-1", "unit-2", "unit-3"]);

describe("a unit that was first seen in another phase of weights", () => {
  it("leaves no trace in any arm, whatever it does", () => {
    fc.assert(
      fc.property(arbitraryVisits, (visits) => {
        const { totals } = record(visits, RETURNING);
        const others = visits.filter((visit) => !isReturning(visit));
        const { variants, events, multipleExposureUnits } = record(others, new Set()).totals;
        expect(totals).toMatchObject({ variants, events, multipleExposureUnits });
      }),
    );
  });

  it("is counted apart, with its events", () => {
    fc.assert(
      fc.property(arbitraryVisits, (visits) => {
        const { totals } = record(visits, RETURNING);
        const returning = visits.filter(isReturning);
        expect(totals.returningUnits).toBe(new Set(returning.map(({ unit }) => unit)).size);
        expect(totals.returningEvents).toBe(returning.filter(({ isExposure }) => !isExposure).length);
      }),
    );
  });

  it("is told by the log alone", () => {
    fc.assert(
      fc.property(arbitraryVisits, (visits) => {
        const { totals, entries } = record(visits, RETURNING);
        const replay = new Recount(
          { key: "e", shard: 1, variants: VARIANTS, metricDefinitions, exclusions: [] },
          { quarantines: [], exclusions: [] },
        );
        replay.apply(entries);
        expect(replay.totalsAfter(totals)).toEqual(totals);
      }),
    );
  });
});
