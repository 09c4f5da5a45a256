import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chiSquareUpperTail, normalUpperQuantile, studentTwoSided } from "#analyzer/distributions/index.ts";
import { type UnitStatistics, unitStatistics } from "#analyzer/estimates/unit-statistics.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { compare } from "#analyzer/experiment/compare.ts";
import { alwaysValidSampleSize, fixedHorizonSampleSize } from "#analyzer/planning/sample-size.ts";
import { twoSidedMultiplier, twoSidedPValue } from "#analyzer/sequential/always-valid.ts";
import { holm } from "#analyzer/tests/holm.ts";
import { checkSampleRatio, sampleRatioPValue } from "#analyzer/tests/sample-ratio.ts";
import { welchTest } from "#analyzer/tests/welch.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import { metric, momentsOfCounts, momentsOfValues, spec, totals } from "#tools/builders/moments-builder.ts";

const mean = metric({ type: "mean" });

function statisticsOf(values: readonly number[]): UnitStatistics {
  const statistics = unitStatistics(mean, momentsOfValues(values), values.length);
  if (!statistics) throw new Error("no statistics");
  return statistics;
}

const sample = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 3, maxLength: 40 });

describe("tails", () => {
  it("keep their digits far out", () => {
    expect(studentTwoSided(30, 1e6)).toBeGreaterThan(1e-200);
    expect(studentTwoSided(30, 1e6)).toBeLessThan(1e-190);
    expect(chiSquareUpperTail(1_000, 1)).toBeCloseTo(1.7958e-219, 222);
    expect(normalUpperQuantile(0.025)).toBeCloseTo(1.959963984540054, 13);
    expect(studentTwoSided(0.2555, 1e7)).toBeLessThan(1);
  });
});

describe("Welch's test", () => {
  it("reproduces R's sleep data", () => {
    const drug1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    const drug2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const test = welchTest(statisticsOf(drug1), statisticsOf(drug2), 0.05);
    if (isUnavailable(test)) throw new Error(test.reason);
    expect(test.degreesOfFreedom).toBeCloseTo(17.776, 3);
    expect(test.pValue).toBeCloseTo(0.07939, 5);
    expect(test.interval.lower).toBeCloseTo(-0.2054832, 6);
    expect(test.interval.upper).toBeCloseTo(3.3654832, 6);
  });

  it("refuses what it cannot compute, with the reason", () => {
    expect(welchTest(statisticsOf([1]), statisticsOf([1, 2, 3]), 0.05)).toEqual({
      status: "unavailable",
      reason: "insufficient_data",
    });
    expect(welchTest(statisticsOf([2, 2, 2]), statisticsOf([1, 1, 1]), 0.05)).toEqual({
      status: "unavailable",
      reason: "zero_variance",
    });
  });

  it("flips its signs when the arms are swapped", () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const [there, back] = [
          welchTest(statisticsOf(a), statisticsOf(b), 0.05),
          welchTest(statisticsOf(b), statisticsOf(a), 0.05),
        ];
        if (isUnavailable(there) || isUnavailable(back)) return isUnavailable(there) && isUnavailable(back);
        return there.estimate === -back.estimate && Math.abs(there.pValue - back.pValue) <= 1e-9;
      }),
    );
  });
});

describe("differences", () => {
  const settings = { alpha: 0.05, plan: { horizon: "open", plannedUnits: 1_000 } } as const;

  it("exclude 0 relatively exactly when they do absolutely", () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const { difference, relative } = compare(mean, "t", statisticsOf(a), statisticsOf(b), settings);
        if (difference.status !== "ok" || relative.status !== "ok" || !relative.interval) return true;
        const excludes = ({ lower, upper }: { lower: number | null; upper: number | null }) =>
          (lower ?? -1) > 0 || (upper ?? 1) < 0;
        return excludes(relative.interval) === excludes(difference.interval);
      }),
    );
  });

  it("have always-valid intervals that are wider than those for one look", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 30, max: 5_000 }),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        (units, rate) => {
          const proportion = metric();
          const arm = (shift: number) =>
            unitStatistics(proportion, momentsOfCounts(Math.round(units * rate) + shift, units), units);
          const { difference } = compare(proportion, "t", arm(0), arm(1), settings);
          if (difference.status !== "ok") return true;
          const width = ({ lower, upper }: { lower: number | null; upper: number | null }) =>
            (upper ?? 0) - (lower ?? 0);
          return width(difference.alwaysValid.interval) > width(difference.interval);
        },
      ),
    );
  });

  it("do not collapse while an arm has seen one outcome only", () => {
    const proportion = metric();
    const arm = (successes: number) => unitStatistics(proportion, momentsOfCounts(successes, 20), 20);
    const { difference } = compare(proportion, "t", arm(0), arm(1), settings);
    if (difference.status !== "ok") throw new Error(difference.reason);
    expect(difference.alwaysValid.interval.lower).toBeLessThan(0);
  });
});

describe("always-valid inference", () => {
  it("has a p-value below alpha exactly when its interval excludes 0", () => {
    const z = fc.double({ min: 0, max: 20, noNaN: true });
    fc.assert(
      fc.property(
        z,
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.double({ min: 1e-4, max: 0.5, noNaN: true }),
        (score, time, alpha) => {
          const distance = Math.abs(score - twoSidedMultiplier(time, alpha));
          return (
            distance < 1e-9 || twoSidedPValue(score, time) < alpha === score > twoSidedMultiplier(time, alpha)
          );
        },
      ),
    );
  });

  it("reproduces the published normal-mixture bound", () => {
    // Howard et al. 2021, unit tests of their package: intrinsic variance 100, rho 12.60056, alpha 0.05.
    expect(twoSidedMultiplier(100 / 12.60056, 0.05) * Math.sqrt(100)).toBeCloseTo(30.35209, 4);
  });

  it("is wrong at most alpha of the time in A/A tests that are looked at after every batch", () => {
    let seed = 7;
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    const proportion = metric();
    const runs = 400;
    let rejections = 0;
    for (let run = 0; run < runs; run++) {
      const successes = [0, 0];
      for (let units = 50; units <= 2_000; units += 50) {
        for (let index = 0; index < 50; index++) {
          for (const arm of [0, 1]) successes[arm] = (successes[arm] ?? 0) + (random() < 0.3 ? 1 : 0);
        }
        const arm = (index: number) =>
          unitStatistics(proportion, momentsOfCounts(successes[index] ?? 0, units), units);
        const { difference } = compare(proportion, "t", arm(0), arm(1), {
          alpha: 0.05,
          plan: { horizon: "open", plannedUnits: 4_000 },
        });
        if (difference.status === "ok" && difference.alwaysValid.pValue < 0.05) {
          rejections += 1;
          break;
        }
      }
    }
    expect(rejections / runs).toBeLessThanOrEqual(0.05);
  });
});

describe("the split check", () => {
  it("reproduces published sample-ratio mismatches", () => {
    expect(sampleRatioPValue([821_588, 815_482], [0.5, 0.5])).toBeCloseTo(1.8e-6, 7);
    expect(sampleRatioPValue([600, 400], [0.5, 0.5])).toBeCloseTo(2.54e-10, 12);
  });

  it("finds a broken split and forgives an unlucky one", () => {
    const arms = (control: number, treatment: number) => [
      { variant: "control", weight: 0.5, units: control },
      { variant: "treatment", weight: 0.5, units: treatment },
    ];
    expect(checkSampleRatio(arms(5_000, 5_600)).verdict).toBe("mismatch");
    expect(checkSampleRatio(arms(5_000, 5_120)).verdict).toBe("ok");
    expect(checkSampleRatio(arms(5, 3)).verdict).toBe("insufficient_data");
  });
});

describe("Holm's adjustment", () => {
  it("steps down, stays monotone and keeps the order of its input", () => {
    expect(holm([0.04, 0.01, 0.03])).toEqual([0.06, 0.03, 0.06]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});

describe("sample sizes", () => {
  it("reproduce Kohavi's example of 36,864 users per arm, with the exact quantiles instead of 16", () => {
    const question = {
      controlDeviation: 3,
      treatmentDeviation: 3,
      minimumDetectableEffect: 0.0625,
      alpha: 0.05,
      power: 0.8,
      ratio: 1,
    };
    expect(fixedHorizonSampleSize(question).controlUnits).toBe(36_168);
    expect(alwaysValidSampleSize(question).controlUnits).toBeGreaterThan(36_168);
  });
});

describe("an analysis", () => {
  it("holds every metric with every treatment, and reports what it cannot compute with the reason", () => {
    const metricDefinitions = [
      metric(),
      metric({ key: "latency_p95_ms", type: "quantile", quantile: 0.95, source: "latency_ms" }),
    ];
    const result = analyze({
      spec: spec({
        metrics: [
          { metric: "task_success", role: "primary" },
          { metric: "latency_p95_ms", role: "secondary" },
        ],
      }),
      metricDefinitions,
      totals: totals({
        control: { task_success: momentsOfCounts(40, 100) },
        treatment: { task_success: momentsOfCounts(60, 100) },
      }),
      now: 1,
    });
    expect(result.units).toBe(200);
    expect(result.metrics[0]?.comparisons[0]?.difference).toMatchObject({ status: "ok", method: "welch_t" });
    expect(result.metrics[0]?.chiSquare).toMatchObject({
      status: "ok",
      statistic: expect.closeTo(8, 9),
    });
    expect(result.metrics[1]?.comparisons[0]?.difference).toEqual({
      status: "unavailable",
      reason: "insufficient_data",
    });
  });

  it("survives a trip through JSON unchanged", () => {
    const result = analyze({ spec: spec(), metricDefinitions: [metric()], totals: totals({}), now: 1 });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});
