import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Recording } from "#aggregator/recording.ts";
import { emptyTotals, mergeTotals } from "#analyzer/estimates/moments.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { pValueDespiteLoss, type SuspectedLift } from "#analyzer/tests/lost-units.ts";
import { findLoss } from "#decider/checks/lost-units.ts";
import { decide } from "#decider/decide.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { ObservedEntry } from "#ledger/log-entry.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import type { DataAcceptance } from "#model/experiment/data-acceptance.ts";
import { explainDecision } from "#reporter/explain-decision.ts";
import { metric, momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";

/** Two arms of a proportion, planned to be equal. */
function lift(control: [number, number], treatment: [number, number], weight = 0.5): SuspectedLift {
  const [rate, other] = [control[0] / control[1], treatment[0] / treatment[1]];
  const deviation = Math.sqrt(other * (1 - other));
  return {
    definition: { type: "proportion", direction: "increase" },
    gain: other - rate,
    standardError: Math.hypot(
      Math.sqrt((rate * (1 - rate)) / control[1]),
      deviation / Math.sqrt(treatment[1]),
    ),
    degreesOfFreedom: control[1] + treatment[1] - 2,
    control: { units: control[1], weight: 1 - weight },
    treatment: { units: treatment[1], weight, estimate: other },
    deviation,
    eventsVariation: 0,
    plannedUnits: 2_000,
    alpha: 0.05,
  };
}

describe("a lift in units that are known by their outcomes only", () => {
  it("is explained by the loss of those that were served badly, where the split is off by as much", () => {
    // 1,000 of each arm at 50 %; the treatment loses 300 of its 500 failures.
    expect(pValueDespiteLoss(lift([500, 1_000], [500, 700]))).toBeGreaterThan(0.5);
    // The same lift with nobody missing.
    expect(pValueDespiteLoss(lift([500, 1_000], [714, 1_000]))).toBeLessThan(0.001);
    // A small one, which a loss that does not show yet explains, and which more units prove.
    expect(pValueDespiteLoss(lift([800, 1_000], [850, 1_000]))).toBeGreaterThan(0.05);
    expect(pValueDespiteLoss(lift([16_000, 20_000], [17_000, 20_000]))).toBeLessThan(0.05);
  });

  it("is as suspicious for a metric that should fall, and for one without bounds", () => {
    const errors = { ...lift([500, 1_000], [200, 700]), gain: 0.5 - 2 / 7 };
    const falling = { ...errors, definition: { type: "proportion", direction: "decrease" } } as const;
    expect(pValueDespiteLoss(falling)).toBeGreaterThan(0.5);
    const costs = (units: number): SuspectedLift => ({
      ...lift([500, 1_000], [500, units]),
      definition: { type: "mean", direction: "decrease" },
      gain: 0.5,
      standardError: Math.sqrt(1 / 1_000 + 1 / units),
      treatment: { units, weight: 0.5, estimate: 1 },
      deviation: 1,
    });
    expect(pValueDespiteLoss(costs(700))).toBeGreaterThan(0.05);
    expect(pValueDespiteLoss(costs(1_000))).toBeLessThan(0.05);
  });

  it("may be a lost tail that is heavier than the normal distribution's", () => {
    // Log-normal costs of sigma 1: without the dearest 5 % the mean falls from 1.65 to 1.28, the deviation from 2.16 to 0.98.
    const [control, treatment] = [
      { units: 2_000, weight: 0.5 },
      { units: 1_900, weight: 0.5 },
    ];
    const explained: SuspectedLift = {
      ...lift([500, 1_000], [500, 1_000]),
      definition: { type: "mean", direction: "decrease" },
      gain: 0.37,
      standardError: Math.hypot(2.16 / Math.sqrt(2_000), 0.98 / Math.sqrt(1_900)),
      degreesOfFreedom: 2_800,
      control,
      treatment: { ...treatment, estimate: 1.28 },
      deviation: 2.16,
      plannedUnits: 4_000,
    };
    expect(pValueDespiteLoss(explained)).toBeGreaterThan(0.5);
  });

  it("may be the loss of units with more events than others", () => {
    const proven = lift([16_000, 20_000], [17_000, 20_000]);
    expect(pValueDespiteLoss(proven)).toBeLessThan(0.05);
    expect(pValueDespiteLoss({ ...proven, eventsVariation: 3 })).toBeGreaterThan(0.05);
  });

  it("is never proven where the treatment does no better", () => {
    const units = fc.integer({ min: 100, max: 20_000 });
    const rate = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(units, units, rate, rate, (one, other, a, b) => {
        const of = (n: number, r: number): [number, number] => [Math.round(n * r), n];
        const pValue = pValueDespiteLoss(lift(of(one, Math.max(a, b)), of(other, Math.min(a, b))));
        // Rounding may leave a hair's breadth of a lift; a split that is off by itself proves none.
        expect(pValue).toBeGreaterThan(0.5);
      }),
    );
  });
});

const DEFINITIONS = [metric()];
const WINNING: [number, number][] = [
  [800, 1_000],
  [880, 1_000],
];

function decideWith(announced: number | undefined, acceptance?: DataAcceptance) {
  const described = spec({ minimumUnits: 100, plannedUnits: 2_000 });
  const arm = ([successes, units]: [number, number]) => ({
    units,
    ...(announced !== undefined && { announced }),
    metrics: { task_success: momentsOfCounts(successes, units) },
    matured: {},
    sketches: {},
  });
  const [control = [0, 0], treatment = [0, 0]] = WINNING;
  const data = { ...totals({}), variants: { control: arm(control), treatment: arm(treatment) } };
  const analysis = analyze({
    spec: described,
    metricDefinitions: DEFINITIONS,
    totals: data,
    now: 60_000,
    acceptance,
  });
  const decision = decide({ spec: described, analysis, guardrails: [], startedAt: 0, now: 60_000 });
  return { ...decision, sentence: explainDecision({ spec: described, analysis, decision, guardrails: [] }) };
}

describe("a winner", () => {
  it("waits while a loss that nobody would have seen could explain its lift", () => {
    const decided = decideWith(0);
    expect(decided).toMatchObject({ action: "continue", reason: { code: "lost_units_could_explain" } });
    expect(decided.sentence).toMatch(
      /^Waiting: 'treatment' .* 100% of a variant's units are known by their outcomes only/,
    );
  });

  it("is promoted where exposures are recorded, where that is not known, and once a person has accepted the data", () => {
    const acceptance = {
      at: 1,
      actor: "someone",
      reason: "looked",
      units: [[1_000, 1_000]],
      multipleExposureUnits: 0,
      erasedUnits: 0,
    };
    expect(decideWith(1_000).action).toBe("promote");
    expect(decideWith(960).action).toBe("promote");
    expect(decideWith(900).action).toBe("continue");
    expect(decideWith(undefined).action).toBe("promote");
    expect(decideWith(0, acceptance).action).toBe("promote");
  });
});

it("no loss is excluded for a quantile: how far it moves depends on a density that nobody knows", () => {
  const described = spec({ plannedUnits: 2_000 });
  const arm = (successes: number) => ({
    units: 4_000,
    announced: 0,
    metrics: { task_success: momentsOfCounts(successes, 4_000) },
    matured: {},
    sketches: {},
  });
  const data = { ...totals({}), variants: { control: arm(1_000), treatment: arm(3_000) } };
  const analysis = analyze({ spec: described, metricDefinitions: DEFINITIONS, totals: data, now: 60_000 });
  const asQuantile = {
    ...analysis,
    metrics: analysis.metrics.map((one) => ({
      ...one,
      definition: { ...one.definition, type: "quantile" as const },
    })),
  };
  const input = { spec: described, guardrails: [], startedAt: 0, now: 60_000 };
  expect(findLoss({ ...input, analysis }, "treatment").explains).toBe(false);
  expect(findLoss({ ...input, analysis: asQuantile }, "treatment")).toMatchObject({
    pValue: 1,
    explains: true,
  });
});

describe("a winner at uneven weights", () => {
  it("waits where the small arm's exposures are not recorded, though they are few of all", () => {
    const variants = [
      { key: "control", version: 1, weight: 0.96 },
      { key: "treatment", version: 2, weight: 0.04 },
    ];
    const described = spec({ variants, plannedUnits: 10_000 });
    const arm = (units: number, successes: number, announced: number) => ({
      units,
      announced,
      metrics: { task_success: momentsOfCounts(successes, units) },
      matured: {},
      sketches: {},
    });
    const decideOn = (announced: number) => {
      const data = {
        ...totals({}),
        variants: { control: arm(9_600, 7_680, 9_600), treatment: arm(400, 360, announced) },
      };
      const analysis = analyze({
        spec: described,
        metricDefinitions: DEFINITIONS,
        totals: data,
        now: 60_000,
      });
      return decide({ spec: described, analysis, guardrails: [], startedAt: 0, now: 60_000 });
    };
    expect(decideOn(400).action).toBe("promote");
    expect(decideOn(0)).toMatchObject({ action: "continue", reason: { code: "lost_units_could_explain" } });
  });
});

describe("the ledger", () => {
  const exposure = (u: string, r: number, v = "control"): ObservedEntry => ({
    kind: "exposure",
    unit: u,
    variant: v,
    at: 0,
    receivedAt: r,
  });
  const outcome = (u: string, r: number, v = "control"): ObservedEntry => ({
    kind: "outcome",
    id: `${u}-${r}`,
    unit: u,
    variant: v,
    at: 0,
    receivedAt: r,
    metrics: { task_success: 1 },
  });

  function announcedOf(entries: readonly ObservedEntry[]) {
    const ledger = new Ledger([emptyTotals(["control", "treatment"])], DEFINITIONS);
    const units = new Map<string, UnitState>();
    for (const entry of entries) units.set(entry.unit, ledger.apply(units.get(entry.unit), entry));
    return ledger.totalsIn(0);
  }

  it("counts units whose exposure was received before any outcome, and forgets those in two variants", () => {
    const totals = announcedOf([
      exposure("before", 1),
      outcome("before", 2),
      outcome("overtaking", 2),
      exposure("overtaking", 1),
      exposure("silent", 1),
      exposure("together", 1),
      outcome("together", 1),
      outcome("after", 1),
      exposure("after", 2),
      outcome("never", 1),
      exposure("crossing", 1),
      outcome("crossing", 2, "treatment"),
    ]);
    expect(totals.variants.control).toMatchObject({ units: 6, announced: 3 });
    expect(mergeTotals(totals, totals).variants.control).toMatchObject({ announced: 6 });
  });

  it("counts them alike in whatever order an exposure and an outcome arrive", () => {
    const time = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(time, time, time, (exposed, responded, later) => {
        const entries = [exposure("u", exposed), outcome("u", responded)];
        const rest = [outcome("u", responded + later + 1), exposure("u", responded + later + 1)];
        const there = announcedOf([...entries, ...rest]).variants.control?.announced;
        expect(there).toBe(exposed < responded ? 1 : 0);
        expect(announcedOf([...entries.toReversed(), ...rest]).variants.control?.announced).toBe(there);
      }),
    );
  });

  it("writes down an exposure that its outcome has overtaken, once, and none that came later", () => {
    const entriesAfter = (exposedAt: number) => {
      const ledger = new Ledger([emptyTotals(["control"])], DEFINITIONS);
      const recording = new Recording(ledger, new Map(), () => false, []);
      const sent = { unit: "u", variant: "control", at: 1, receivedAt: exposedAt };
      const said = {
        id: "e",
        unit: "u",
        variant: "control",
        at: 2,
        receivedAt: 2,
        metrics: { task_success: 1 },
      };
      recording.recordOutcome(said);
      recording.recordExposure(sent);
      recording.recordExposure(sent);
      return { kinds: recording.entries.map(({ kind: k }) => k), ...ledger.totalsIn(0).variants.control };
    };
    expect(entriesAfter(1)).toMatchObject({ kinds: ["outcome", "exposure"], units: 1, announced: 1 });
    expect(entriesAfter(2)).toMatchObject({ kinds: ["outcome"], units: 1, announced: 0 });
  });
});
