import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { effectiveUnitsOf } from "#analyzer/estimates/unit-statistics.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { freezeDefinitions } from "#lifecycle/freeze-definitions.ts";
import { experimentInputSchema, experimentSpecSchema } from "#model/experiment/experiment.ts";
import { type MetricDefinition, metricDefinitionSchema } from "#model/metric/metric.ts";
import { describeLeftOut } from "#reporter/describe-left-out.ts";
import { metric, spec } from "#tools/builders/moments-builder.ts";

const LIMIT = 3;

const DEFINITIONS = [
  metric(),
  metric({ key: "latency_ms", type: "mean", direction: "decrease", distribution: true }),
  metric({ key: "spend", type: "mean", per: "unit", absent: "zero" }),
  metric({ key: "p95", type: "quantile", quantile: 0.95, source: "latency_ms" }),
];

interface Event {
  unit: number;
  metrics: Record<string, number>;
}

const arbitraryEvents = fc.array(
  fc.record({
    unit: fc.integer({ min: 0, max: 4 }),
    metrics: fc.record(
      {
        task_success: fc.integer({ min: 0, max: 1 }),
        latency_ms: fc.integer({ min: 1, max: 1_000 }),
        spend: fc.integer({ min: 0, max: 9 }),
      },
      { requiredKeys: [] },
    ),
  }),
  { maxLength: 60 },
);

function totalsOf(events: readonly Event[], metricDefinitions: readonly MetricDefinition[]) {
  const ledger = new Ledger([emptyTotals(["control"])], metricDefinitions);
  const units = new Map<number, UnitState>();
  for (const [index, { unit, metrics: m }] of events.entries()) {
    const entry = {
      kind: "outcome",
      id: `${index}`,
      unit: `${unit}`,
      variant: "control",
      at: 0,
      receivedAt: 0,
      metrics: m,
    } as const;
    units.set(unit, ledger.apply(units.get(unit), entry));
  }
  return ledger.totalsIn(0);
}

/** The events with, of every unit, the first values of each key alone; of a metric per unit all. */
function firstValues(events: readonly Event[]): Event[] {
  const counts = new Map<string, number>();
  return events.map(({ unit, metrics }) => ({
    unit,
    metrics: Object.fromEntries(
      Object.entries(metrics).filter(([key]) => {
        const count = (counts.get(`${unit}/${key}`) ?? 0) + 1;
        counts.set(`${unit}/${key}`, count);
        return key === "spend" || count <= LIMIT;
      }),
    ),
  }));
}

const limited = freezeDefinitions(
  spec({
    maximumEventsPerUnit: LIMIT,
    metrics: DEFINITIONS.map(({ key }) => ({ metric: key, role: "secondary" })),
  }),
  DEFINITIONS,
);

describe("a limit of events per unit", () => {
  it("lets the first events of a unit enter a metric and its distribution, and no others", () => {
    fc.assert(
      fc.property(arbitraryEvents, (events) => {
        const { variants } = totalsOf(events, limited);
        expect(variants).toEqual(totalsOf(firstValues(events), DEFINITIONS).variants);
      }),
    );
  });

  it("says how many events of how many units it left out", () => {
    const events = (unit: number, count: number) =>
      Array.from({ length: count }, () => ({ unit, metrics: { task_success: 1, spend: 1 } }));
    const totals = totalsOf([...events(0, LIMIT), ...events(1, LIMIT + 2), ...events(2, LIMIT + 5)], limited);
    expect(totals).toMatchObject({ surplusEvents: 7, surplusUnits: 2, events: 3 * LIMIT + 7 });
  });

  it("keeps a guardrail from being blunted by one unit with a thousand events beside three hundred honest ones", () => {
    const events = [
      ...Array.from({ length: 300 }, (_, unit) => ({ unit: unit + 1, metrics: { task_success: unit % 2 } })),
      ...Array.from({ length: 1_000 }, () => ({ unit: 0, metrics: { task_success: 1 } })),
    ];
    const effectiveUnits = (maximumEventsPerUnit: number | null) => {
      const frozen = freezeDefinitions(spec({ maximumEventsPerUnit }), DEFINITIONS);
      const moments = totalsOf(events, frozen).variants.control?.metrics.task_success;
      return moments ? effectiveUnitsOf(moments) : 0;
    };
    expect(effectiveUnits(null)).toBeLessThan(25);
    expect(effectiveUnits(experimentInputSchema.shape.maximumEventsPerUnit.parse(undefined))).toBeGreaterThan(
      25,
    );
  });

  it("is fifty for new experiments and none for those from before there was one", () => {
    const { maximumEventsPerUnit, ...before } = spec();
    expect(maximumEventsPerUnit).toBe(50);
    expect(experimentSpecSchema.parse(before).maximumEventsPerUnit).toBeNull();
  });

  it("is a metric's own where its definition names one, and only of a metric per event", () => {
    const own = metric({ maximumEventsPerUnit: 7 });
    expect(freezeDefinitions(spec(), [own])[0]?.maximumEventsPerUnit).toBe(7);
    expect(
      metricDefinitionSchema.safeParse({ ...metric(), per: "unit", maximumEventsPerUnit: 7 }).success,
    ).toBe(false);
    expect(limited.find(({ key }) => key === "spend")?.maximumEventsPerUnit).toBeUndefined();
  });
});

describe("what was left out", () => {
  const nothing = {
    untrustedValues: 0,
    surplusEvents: 0,
    surplusUnits: 0,
    returningUnits: 0,
    returningEvents: 0,
    excludedUnits: 0,
    excludedEvents: 0,
    erasedUnits: 0,
  };

  it("is told in a sentence, and not at all where there is nothing of it", () => {
    expect(describeLeftOut(nothing, { maximumEventsPerUnit: 50 })).toEqual([]);
    const some = { ...nothing, surplusEvents: 1_204, surplusUnits: 3 };
    expect(describeLeftOut(some, { maximumEventsPerUnit: 50 })).toEqual([
      "1,204 events of 3 units beyond the limit of 50 per unit: not used.",
    ]);
    expect(describeLeftOut({ ...nothing, untrustedValues: 1 }, { maximumEventsPerUnit: 50 })).toEqual([
      "1 value by client keys of metrics that take server keys alone: not used.",
    ]);
    const returning = { ...nothing, returningUnits: 1, returningEvents: 2 };
    expect(describeLeftOut(returning, { maximumEventsPerUnit: null })).toEqual([
      "2 events of 1 returning unit: not used, since a unit counts in the phase of weights that first saw it.",
    ]);
  });
});
