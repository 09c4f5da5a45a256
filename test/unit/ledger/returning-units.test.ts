import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Recording } from "#aggregator/recording.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { Recount } from "#event-log/recount.ts";
import { Ledger } from "#ledger/ledger.ts";
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

/** Records visits in the first phase as an aggregator does. @param returning units that were first seen in the second one */
function record(visits: readonly Visit[], returning: ReadonlySet<string>) {
  const ledger = new Ledger([emptyTotals(VARIANTS)], metricDefinitions);
  const units = new Map<string, UnitState>();
  const recording = new Recording(ledger, units, () => false, []);
  for (const unit of returning) recording.recordExposure({ unit, variant: "control", phase: 1, at: 0 });
  for (const [index, { unit, variant, isExposure, success }] of visits.entries()) {
    const observation = { unit: `unit-${unit}`, variant, at: index };
    if (isExposure) recording.recordExposure({ ...observation, covariates: { task_success: success } });
    else {
      const metrics = { task_success: success, cost_usd: unit + success };
      const outcome = { ...observation, isPhaseKnown: true as const, id: `${index}`, receivedAt: index };
      recording.recordOutcome({ ...outcome, metrics });
    }
  }
  return { totals: ledger.totalsIn(0), phases: ledger.phases, entries: recording.entries };
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

  it("is told by the log alone, in whatever order its phases are read", () => {
    fc.assert(
      fc.property(arbitraryVisits, fc.boolean(), (visits, isReversed) => {
        const { phases, entries } = record(visits, RETURNING);
        const inPhase = (phase: number) => entries.filter((entry) => (entry.phase ?? 0) === phase);
        const units = new Map<string, UnitState>();
        const recount = new Recount(
          { key: "e", shard: 0, variants: VARIANTS, metricDefinitions, exclusions: [] },
          1,
          { quarantines: [], exclusions: [] },
          null,
          {
            read: (hashes) => new Map([...units].filter(([hash]) => hashes.includes(hash))),
            remove: (hashes) => {
              for (const hash of hashes) units.delete(hash);
            },
            write: (written) => {
              for (const [hash, state] of written) units.set(hash, state);
            },
          },
        );
        recount.apply(isReversed ? [...inPhase(0), ...inPhase(1)] : entries);
        expect(recount.phasesAfter(phases)).toEqual(phases);
      }),
    );
  });
});

describe("an outcome that does not say its phase", () => {
  const setUp = () => {
    const ledger = new Ledger([emptyTotals(VARIANTS)], metricDefinitions);
    const recording = new Recording(ledger, new Map(), () => false, []);
    recording.recordExposure({ unit: "u", variant: "control", phase: 0, at: 0 });
    const outcome = {
      id: "1",
      unit: "u",
      variant: "control",
      at: 1,
      receivedAt: 1,
      metrics: { task_success: 1 },
    };
    return { ledger, recording, outcome };
  };

  it("is recognized when it is sent again after the weights have changed", () => {
    const { ledger, recording, outcome } = setUp();
    expect(recording.recordOutcome({ ...outcome, phase: 0 })).toBe("accepted");
    expect(recording.recordOutcome({ ...outcome, phase: 1 })).toBe("duplicate");
    expect(ledger.totalsIn(0).events + ledger.totalsIn(1).events).toBe(1);
  });

  it("counts where its unit does, also after the weights have changed", () => {
    const { ledger, recording, outcome } = setUp();
    recording.recordOutcome({ ...outcome, phase: 1 });
    expect(ledger.totalsIn(0).events).toBe(1);
  });

  it("counts nowhere once its unit has been seen in the new phase: nobody can tell which one it is about", () => {
    const { ledger, recording, outcome } = setUp();
    recording.recordExposure({ unit: "u", variant: "control", phase: 1, at: 1 });
    recording.recordOutcome({ ...outcome, phase: 1 });
    expect(ledger.totalsIn(0).events).toBe(0);
    expect(ledger.totalsIn(1)).toMatchObject({ events: 0, returningUnits: 1, returningEvents: 1 });
  });
});
