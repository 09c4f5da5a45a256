import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyMoments, mergeMoments } from "#analyzer/estimates/moments.ts";
import { RunningMoments } from "#analyzer/estimates/running-moments.ts";
import type { UnitContribution } from "#analyzer/estimates/unit-contribution.ts";
import { unitStatistics } from "#analyzer/estimates/unit-statistics.ts";
import { toNumber } from "#analyzer/numeric/exact-sum.ts";
import type { MetricMoments } from "#model/analysis/moments.ts";
import { metric, momentsOf, momentsOfValues } from "#tools/builders/moments-builder.ts";

const contribution = fc.record({
  y: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  d: fc.integer({ min: 1, max: 50 }),
});
const mean = metric({ type: "mean" });

function expectEqual(a: MetricMoments, b: MetricMoments): void {
  expect(a.units).toBe(b.units);
  for (const name of ["y", "d", "yy", "dd", "yd"] as const) {
    const [left, right] = [toNumber(a[name]), toNumber(b[name])];
    expect(Math.abs(left - right)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(left)));
  }
}

function replaced(
  moments: MetricMoments,
  before: UnitContribution | undefined,
  after: UnitContribution | undefined,
): MetricMoments {
  const running = new RunningMoments(moments);
  running.replace(before, after);
  return running.moments;
}

describe("moments", () => {
  it("counted one by one in place are those of merging them, to the last bit", () => {
    const withCovariate = fc.tuple(contribution, fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true })));
    fc.assert(
      fc.property(fc.array(withCovariate, { maxLength: 30 }), (all) => {
        const units = all.map(([unit, x]) => ({ ...unit, ...(x !== null && { x }) }));
        const merged = units.map((unit) => momentsOf([unit])).reduce(mergeMoments, emptyMoments());
        expect(JSON.parse(JSON.stringify(momentsOf(units)))).toEqual(JSON.parse(JSON.stringify(merged)));
      }),
    );
  });

  it("are the same for every order and partition of the units", () => {
    fc.assert(
      fc.property(fc.array(contribution, { maxLength: 60 }), fc.nat(60), fc.integer(), (units, cut, seed) => {
        const shuffled = [...units].sort((a, b) => Math.sin(seed + a.y) - Math.sin(seed + b.y));
        const parts = mergeMoments(momentsOf(shuffled.slice(0, cut)), momentsOf(shuffled.slice(cut)));
        expectEqual(parts, momentsOf(units));
      }),
    );
  });

  it("forget a contribution that is replaced, completely", () => {
    fc.assert(
      fc.property(
        fc.array(contribution, { maxLength: 20 }),
        contribution,
        contribution,
        (others, first, last) => {
          const direct = momentsOf([...others, last]);
          expectEqual(replaced(momentsOf([...others, first]), first, last), direct);
          expectEqual(replaced(momentsOf([first]), first, undefined), emptyMoments());
        },
      ),
    );
  });

  it("keep the variance of large values with small spread", () => {
    const values = Array.from({ length: 1_000 }, (_, index) => 1e9 + (index % 2 === 0 ? 5 : -5));
    const statistics = unitStatistics(mean, momentsOfValues(values), values.length);
    expect(statistics?.unitVariance).toBeCloseTo((25 * 1_000) / 999, 9);
  });
});

describe("unit statistics", () => {
  it("are mean and sample variance when every unit counts once", () => {
    const statistics = unitStatistics(mean, momentsOfValues([1, 2, 3, 4, 10]), 5);
    expect(statistics).toMatchObject({ units: 5, observations: 5, estimate: 4, oneObservationPerUnit: true });
    expect(statistics?.unitVariance).toBeCloseTo(12.5, 12);
  });

  it("follow the delta method when units have several events", () => {
    const units = [
      { y: 3, d: 1 },
      { y: 10, d: 4 },
      { y: 2, d: 2 },
      { y: 9, d: 3 },
    ];
    const ratio = 24 / 10;
    const residuals = units.map(({ y, d }) => y - ratio * d);
    const expected = residuals.reduce((sum, residual) => sum + residual ** 2, 0) / 3 / (10 / 4) ** 2;
    const statistics = unitStatistics(mean, momentsOf(units), 4);
    expect(statistics?.estimate).toBeCloseTo(ratio, 12);
    expect(statistics?.unitVariance).toBeCloseTo(expected, 12);
    expect(statistics?.oneObservationPerUnit).toBe(false);
  });

  it("count every exposed unit for a metric per unit", () => {
    const perUnit = metric({ type: "mean", per: "unit" });
    const statistics = unitStatistics(perUnit, momentsOfValues([4, 6]), 10);
    expect(statistics).toMatchObject({ units: 10, estimate: 1 });
  });

  it("say nothing where there is nothing", () => {
    expect(unitStatistics(mean, emptyMoments(), 100)).toBeUndefined();
  });
});

describe("sums that a huge value was taken out of", () => {
  const small = Array.from({ length: 120 }, (_, index) => ({
    y: 1e-5 * (0.5 + ((index * 37) % 101) / 101),
    d: 1,
  }));

  function statisticsWithout(outlier: number, at: number) {
    const running = new RunningMoments(emptyMoments());
    for (const [index, contribution] of small.entries()) {
      if (index === at) running.replace(undefined, { y: outlier, d: 1 });
      running.replace(undefined, contribution);
    }
    running.replace({ y: outlier, d: 1 }, undefined);
    return unitStatistics(metric({ key: "cost", type: "mean", per: "event" }), running.moments, small.length);
  }

  it("tell what they would without it, or nothing", () => {
    const expected = statisticsWithout(1e-5, 0)?.unitVariance ?? Number.NaN;
    const places = fc.nat({ max: small.length - 1 });
    const outliers = fc.double({ min: -5, max: 12, noNaN: true }).map((exponent) => 10 ** exponent);
    fc.assert(
      fc.property(outliers, places, (outlier, at) => {
        const statistics = statisticsWithout(outlier, at);
        if (outlier < 100) expect(statistics).toBeDefined();
        if (statistics) expect(statistics.unitVariance / expected).toBeCloseTo(1, 9);
      }),
    );
    expect(statisticsWithout(1e12, 60)).toBeUndefined();
  });

  it("are precise where zeros are left", () => {
    const running = new RunningMoments(emptyMoments());
    for (const y of [0, 1, 0]) running.replace(undefined, { y, d: 1 });
    running.replace({ y: 1, d: 1 }, undefined);
    expect(running.moments).toMatchObject({ units: 2, yy: [0, 0] });
    expect(running.moments.isImprecise).toBeUndefined();
  });

  it("are precise again once nothing is left of them", () => {
    const running = new RunningMoments(emptyMoments());
    const [one, huge] = [
      { y: 1e-5, d: 1 },
      { y: 1e12, d: 1 },
    ];
    running.replace(undefined, one);
    running.replace(undefined, huge);
    running.replace(huge, undefined);
    expect(running.moments.isImprecise).toBe(true);
    running.replace(one, undefined);
    expect(running.moments).toEqual(emptyMoments());
  });
});
