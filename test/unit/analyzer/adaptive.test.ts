import { describe, expect, it } from "vitest";
import { combinePhases } from "#analyzer/allocation/combine-phases.ts";
import { emptyTotals, mergeTotals } from "#analyzer/estimates/moments.ts";
import { unitStatistics } from "#analyzer/estimates/unit-statistics.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { decide } from "#decider/decide.ts";
import type { ExperimentInput } from "#model/experiment/experiment.ts";
import { metric, momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";

const KEYS = ["control", "good", "bad"];

const adaptive: Partial<ExperimentInput> = {
  variants: KEYS.map((key, index) => ({ key, version: index + 1, weight: index === 0 ? 0.34 : 0.33 })),
  control: "control",
  allocation: { type: "adaptive", algorithm: "thompson", minimumWeight: 0.1, phaseSeconds: 60 },
};

/** One phase: successes and units of every arm. */
function phaseOf(...arms: [successes: number, units: number][]) {
  return totals(
    Object.fromEntries(
      KEYS.map((key, index) => [key, { task_success: momentsOfCounts(...(arms[index] ?? [0, 0])) }]),
    ),
  );
}

function read(
  overrides: Partial<ExperimentInput>,
  phases: { weights: number[]; totals: ReturnType<typeof phaseOf> }[],
) {
  const described = spec({ ...adaptive, ...overrides });
  const analysis = analyze({
    spec: described,
    metricDefinitions: [metric()],
    totals: phases.map(({ totals: part }) => part).reduce(mergeTotals, emptyTotals(KEYS)),
    phases,
    now: 1,
  });
  return { analysis, decision: decide({ spec: described, analysis, guardrails: [], startedAt: 0, now: 1 }) };
}

const even = { weights: [0.34, 0.33, 0.33], totals: phaseOf([150, 340], [190, 330], [90, 330]) };

describe("adaptive allocation", () => {
  it("shows every arm as often as it is likely to be best, and never less than its floor", () => {
    const { allocation } = read({}, [even]).analysis;
    expect(allocation?.phase).toBe(0);
    const next = Object.fromEntries(
      (allocation?.nextWeights ?? []).map(({ variant, share }) => [variant, share]),
    );
    expect(Object.values(next).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(next.good).toBeGreaterThan(0.7);
    expect(next.bad).toBeCloseTo(0.1, 3);
  });

  it("waits until every arm has a hundred units", () => {
    const small = { ...even, totals: phaseOf([40, 99], [60, 100], [20, 100]) };
    expect(read({}, [small]).analysis.allocation?.nextWeights).toBeNull();
  });

  it("does not take a drift over time for a difference between arms", () => {
    // Both arms succeed equally in each phase; the later phase is better for all and favors one arm.
    const early = { weights: [0.5, 0.25, 0.25], totals: phaseOf([100, 500], [50, 250], [50, 250]) };
    const late = { weights: [0.1, 0.8, 0.1], totals: phaseOf([80, 100], [640, 800], [80, 100]) };
    const { analysis } = read({}, [early, late]);
    const [result] = analysis.metrics;
    for (const { difference } of result?.comparisons ?? []) {
      expect(difference).toMatchObject({
        status: "ok",
        method: "stratified_by_phase",
        estimate: expect.closeTo(0, 9),
      });
      if (difference.status === "ok") expect(difference.pValue).toBe(difference.alwaysValid.pValue);
    }
    expect(analysis.sampleRatio.verdict).toBe("ok");
  });

  it("checks every phase's split against its own weights", () => {
    const broken = { weights: [0.1, 0.8, 0.1], totals: phaseOf([250, 500], [250, 500], [50, 100]) };
    expect(read({}, [even, broken]).analysis.sampleRatio.verdict).toBe("mismatch");
  });

  it("leaves out a phase in which an arm was not seen", () => {
    const statistics = (successes: number, units: number) =>
      unitStatistics(metric(), momentsOfCounts(successes, units), units);
    const combined = combinePhases([
      [statistics(50, 100), statistics(60, 100)],
      [statistics(90, 100), undefined],
    ]);
    expect(combined?.map(({ estimate }) => estimate)).toEqual([0.5, 0.6]);
    expect(combinePhases([[undefined, statistics(1, 2)]])).toBeUndefined();
  });

  it("does not take two units that are alike for certain because they are all that an arm had in a phase", () => {
    const statistics = (successes: number, units: number) =>
      unitStatistics(metric(), momentsOfCounts(successes, units), units);
    const errorWith = (successes: number) =>
      combinePhases([
        [statistics(30, 100), statistics(30, 100)],
        [statistics(60, 198), statistics(successes, 2)],
      ])?.[1]?.squaredError ?? 0;
    const [alike, different] = [errorWith(0), errorWith(1)];
    // At 30 % two units have a variance of 0.21 / 2, and half of the units are in their phase.
    expect(alike).toBeGreaterThan(0.8 * 0.25 * (0.21 / 2));
    expect(different).toBeLessThan(1.3 * alike);
  });

  it("goes on averaging over later phases when an arm has left, and compares that one with control of its own time", () => {
    const early = { weights: [0.34, 0.33, 0.33], totals: phaseOf([100, 340], [130, 330], [40, 330]) };
    const late = { weights: [0.45, 0.45, 0.1], totals: phaseOf([270, 450], [315, 450], [0, 0]) };
    const described = spec(adaptive);
    const phases = [early, late];
    const { metrics, responses } = analyze({
      spec: described,
      metricDefinitions: [metric()],
      totals: phases.map(({ totals: part }) => part).reduce(mergeTotals, emptyTotals(KEYS)),
      phases,
      switchedOff: ["bad"],
      now: 1,
    });
    const [result] = metrics;
    const [good, bad] = result?.comparisons ?? [];
    expect(result?.variants.map(({ units }) => units)).toEqual([790, 780, 330]);
    const [first, second] = [670 / 1_570, 900 / 1_570];
    const lift = first * (130 / 330 - 100 / 340) + second * (315 / 450 - 270 / 450);
    expect(good?.difference).toMatchObject({ status: "ok", estimate: expect.closeTo(lift, 9) });
    expect(bad?.difference).toMatchObject({
      status: "ok",
      estimate: expect.closeTo(40 / 330 - 100 / 340, 9),
    });
    expect(responses?.checks.find(({ variant }) => variant === "good")?.pValue).not.toBeNull();
  });

  it("names the best arm once its lead is evident", () => {
    const rule = { type: "best_arm", tolerance: 0, delta: 0.05 } as const;
    const clear = { ...even, totals: phaseOf([300, 1_000], [500, 1_000], [100, 1_000]) };
    expect(read({ rule }, [clear]).decision).toMatchObject({
      action: "promote",
      variant: "good",
      reason: { code: "best_arm_named" },
    });
    const close = { ...even, totals: phaseOf([300, 1_000], [305, 1_000], [295, 1_000]) };
    expect(read({ rule }, [close]).decision.action).toBe("continue");
  });
});
