import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differenceOf } from "#analyzer/estimates/difference.ts";
import { unitStatistics } from "#analyzer/estimates/unit-statistics.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { completeSpec } from "#model/experiment/defaults.ts";
import {
  type ExperimentSpec,
  experimentInputSchema,
  experimentSpecSchema,
} from "#model/experiment/experiment.ts";
import { lookPlanOfPair } from "#model/experiment/look-plan.ts";
import { metric, momentsOfCounts, spec } from "#tools/builders/moments-builder.ts";
import { arms, decideOn } from "./decide-on.ts";

/** What is stored of an experiment from before there was a choice. */
function asStoredBefore(described: ExperimentSpec): ExperimentSpec {
  const { horizon: _horizon, ...stored } = described;
  return experimentSpecSchema.parse(stored);
}

function differenceIn(described: ExperimentSpec, control: [number, number], treatment: [number, number]) {
  const analysis = analyze({
    spec: described,
    metricDefinitions: [metric()],
    totals: arms(control, treatment),
    now: 0,
  });
  const difference = analysis.metrics[0]?.comparisons[0]?.difference;
  if (difference?.status !== "ok") throw new Error("there is no difference");
  return difference;
}

/** Half of the always-valid interval's width, in standard errors. */
function reachOf(described: ExperimentSpec, units: number): number {
  const half = units / 2;
  const { alwaysValid, estimate, standardError } = differenceIn(
    described,
    [half * 0.3, half],
    [half * 0.3, half],
  );
  return ((alwaysValid.interval.upper ?? Number.NaN) - estimate) / standardError;
}

describe("an experiment with a maximum of units", () => {
  it("promotes at its maximum what an endless one has not proven yet", () => {
    const data = arms([300, 1_000], [361, 1_000]);
    expect(decideOn({ maximumUnits: 2_000 }, data)).toMatchObject({
      action: "promote",
      variant: "treatment",
    });
    expect(decideOn({}, data)).toMatchObject({ action: "continue" });
  });

  it("stops at its maximum with less than that", () => {
    expect(decideOn({ maximumUnits: 2_000 }, arms([300, 1_000], [340, 1_000]))).toMatchObject({
      action: "stop",
      reason: { code: "maximum_units_reached" },
    });
  });

  it("has intervals that are a fifth narrower at the end", () => {
    expect(reachOf(spec({ maximumUnits: 2_000 }), 2_000)).toBeCloseTo(2.42, 1);
    expect(reachOf(spec({ plannedUnits: 2_000 }), 2_000)).toBeCloseTo(3.04, 1);
  });

  it("gets wider intervals when it goes on beyond its maximum, as while it is on hold", () => {
    const described = spec({ maximumUnits: 2_000 });
    expect(reachOf(described, 3_000)).toBeGreaterThan(reachOf(described, 2_000) + 0.5);
  });

  it("counts for each pair of arms their share of the maximum", () => {
    const variants = [
      { key: "control", version: 1, weight: 0.5 },
      { key: "a", version: 2, weight: 0.3 },
      { key: "b", version: 3, weight: 0.2 },
    ];
    expect(lookPlanOfPair(spec({ variants, maximumUnits: 10_000 }), "b")).toEqual({
      horizon: "maximum",
      maximumUnits: 7_000,
    });
  });

  it("has a p-value below alpha exactly when its interval excludes 0, also in small arms", () => {
    const share = fc.integer({ min: 0, max: 100 });
    const arbitrary = fc.record({
      units: fc.integer({ min: 20, max: 3_000 }),
      maximumUnits: fc.integer({ min: 40, max: 10_000 }),
      alpha: fc.double({ min: 0.001, max: 0.1, noNaN: true }),
    });
    fc.assert(
      fc.property(arbitrary, share, share, ({ units, maximumUnits, alpha }, a, b) => {
        const arm = (percent: number) =>
          unitStatistics(metric(), momentsOfCounts(Math.round((units * percent) / 100), units), units);
        const difference = differenceOf(metric(), arm(a), arm(b), {
          alpha,
          plan: { horizon: "maximum", maximumUnits },
          method: "welch_t",
        });
        if (difference.status !== "ok") return;
        const { pValue, interval } = difference.alwaysValid;
        fc.pre(Math.abs(pValue - alpha) > 1e-9);
        expect((interval.lower ?? 0) > 0 || (interval.upper ?? 0) < 0).toBe(pValue < alpha);
      }),
    );
  });
});

describe("the intervals that an experiment has", () => {
  const input = {
    key: "experiment",
    kind: "model",
    config: "answer",
    variants: [
      { key: "control", version: 1, weight: 0.5 },
      { key: "treatment", version: 2, weight: 0.5 },
    ],
    metrics: [{ metric: "task_success", role: "primary" }],
    maximumUnits: 2_000,
  };
  const horizonOf = (changes: object) =>
    completeSpec(experimentInputSchema.parse({ ...input, ...changes }), "control").horizon;

  it("end at its maximum where the maximum, the weights and the error rate allow it", () => {
    expect(horizonOf({})).toBe("maximum");
    expect(horizonOf({ maximumUnits: undefined, maximumDurationSeconds: 86_400 })).toBe("open");
    expect(horizonOf({ allocation: { type: "adaptive", algorithm: "thompson" } })).toBe("open");
    expect(horizonOf({ alpha: 0.2 })).toBe("open");
    expect(horizonOf({ alpha: 1e-4 })).toBe("open");
  });

  it("stay what they were in experiments that are stored without a choice", () => {
    const before = asStoredBefore(spec({ maximumUnits: 2_000 }));
    expect(before.horizon).toBe("open");
    const endless = spec({ plannedUnits: 2_000 });
    expect(differenceIn(before, [300, 1_000], [361, 1_000])).toEqual(
      differenceIn(endless, [300, 1_000], [361, 1_000]),
    );
  });
});
