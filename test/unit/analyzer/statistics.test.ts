import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimateOfMean, type MeanAndVariance } from "#analyzer/estimates/estimate.ts";
import { relativeLift } from "#analyzer/estimates/relative-lift.ts";
import { mergeSummaries, type Summary, summarize } from "#analyzer/estimates/summary.ts";
import { powerOfTTest, sampleSizeOfTTest } from "#analyzer/planning/test-power.ts";
import { alwaysValidInterval } from "#analyzer/reference/always-valid-interval.ts";
import { compareAdjustedRatios, ratioPairOf } from "#analyzer/reference/ratio-cuped.ts";
import { fisherExact } from "#analyzer/tests/fisher-exact.ts";
import { sampleRatioTest, sequentialSampleRatioTest } from "#analyzer/tests/sample-ratio.ts";
import { type TestedDifference, testDifference } from "#analyzer/tests/welch.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import type { Unavailable } from "#model/analysis/analysis.ts";

function sound<Result extends object>(result: Result | Unavailable): Result {
  if (isUnavailable(result)) throw new Error(String(result.reason));
  return result as Result;
}

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** Arms with some spread, so that every method has an answer. */
const arm: fc.Arbitrary<MeanAndVariance> = fc.record({
  units: fc.integer({ min: 2, max: 1_000_000 }),
  mean: finite(-1_000, 1_000),
  variance: finite(1e-3, 1e6),
});

function test(control: MeanAndVariance, treatment: MeanAndVariance, alpha = 0.05): TestedDifference {
  return sound(testDifference(sound(estimateOfMean(control)), sound(estimateOfMean(treatment)), alpha));
}

function excludesZero({ lower, upper }: { lower: number; upper: number }): boolean {
  return lower > 0 || upper < 0;
}

describe("merging moments", () => {
  const parts = fc.array(fc.array(finite(-1_000, 1_000), { maxLength: 12 }), { minLength: 1, maxLength: 6 });

  function expectSame(got: Summary, whole: Summary, values: readonly number[]) {
    // Relative to what was summed: a mean may be 0 and deviations may cancel.
    const size = Math.max(1e-300, ...values.map(Math.abs));
    expect(got.count).toBe(whole.count);
    expect(Math.abs(got.mean - whole.mean)).toBeLessThanOrEqual(1e-12 * size);
    // Squares of tiny values leave the range of doubles.
    const smallest = Number.MIN_VALUE * values.length;
    expect(Math.abs(got.squaredDeviations - whole.squaredDeviations)).toBeLessThanOrEqual(
      1e-12 * size * size * values.length + smallest,
    );
  }

  it("in any order and partition equals one pass", () => {
    fc.assert(
      fc.property(parts, fc.nat(), (groups, seed) => {
        const values = groups.flat();
        const whole = sound(summarize(values));
        const summaries = groups.map((group) => sound(summarize(group)));
        const turned = summaries.map((_, index) => summaries[(index + seed) % summaries.length] as Summary);
        expectSame(sound(mergeSummaries(turned)), whole, values);
        const pairwise = turned.reduce(
          (left, right) => sound(mergeSummaries([left, right])),
          sound(summarize([])),
        );
        expectSame(pairwise, whole, values);
      }),
    );
  });
});

describe("a difference of means", () => {
  it.each([1e-9, 1e9])("scales with the metric by %d and keeps its p-value", (factor) => {
    const scaled = (one: MeanAndVariance) => ({
      units: one.units,
      mean: one.mean * factor,
      variance: one.variance * factor ** 2,
    });
    fc.assert(
      fc.property(arm, arm, (control, treatment) => {
        const [plain, other] = [test(control, treatment), test(scaled(control), scaled(treatment))];
        // What rounding the two means moves the score by, and with it the logarithm of the p-value.
        const rounded =
          (Number.EPSILON * (Math.abs(control.mean) + Math.abs(treatment.mean))) / plain.standardError;
        const moved = rounded * (1 + Math.abs(plain.estimate) / plain.standardError);
        // Far out in the tail the incomplete beta function changes its series; the two agree in four digits.
        const tolerance = moved + (plain.pValue > 1e-12 ? 1e-9 : 1e-4);
        expect(Math.abs(other.pValue - plain.pValue)).toBeLessThanOrEqual(tolerance * plain.pValue + 1e-300);
        expect(Math.abs(other.estimate / factor - plain.estimate)).toBeLessThanOrEqual(1e-12 * 2_000);
        expect(other.standardError / factor / plain.standardError).toBeCloseTo(1, 12);
      }),
    );
  });

  it("flips its signs when the arms are swapped", () => {
    fc.assert(
      fc.property(arm, arm, (control, treatment) => {
        const [there, back] = [test(control, treatment), test(treatment, control)];
        // Of two zeros with a sign the difference has one too.
        expect(back.estimate + 0).toBe(0 - there.estimate);
        expect(back.interval.lower).toBeCloseTo(-there.interval.upper, 6);
        expect(Math.abs(back.pValue - there.pValue)).toBeLessThanOrEqual(1e-9 * there.pValue);
      }),
    );
  });

  it("is excluded from 0 by Fieller's interval exactly when the test rejects", () => {
    fc.assert(
      fc.property(arm, arm, finite(0.001, 0.3), (control, treatment, alpha) => {
        fc.pre(control.mean !== 0);
        const [first, second] = [sound(estimateOfMean(control)), sound(estimateOfMean(treatment))];
        const lift = relativeLift(first, second, alpha);
        if (isUnavailable(lift) || isUnavailable(lift.fieller)) return;
        fc.pre(Math.abs(lift.absolutePValue - alpha) > 1e-9);
        expect(excludesZero(lift.fieller)).toBe(lift.absolutePValue < alpha);
      }),
    );
  });

  it("has an always-valid interval that contains the one for a single look", () => {
    // With fewer units the t quantile is wider than the normal one that the asymptotic sequence stands on.
    const large = arm.map((one) => ({ ...one, units: one.units + 100 }));
    fc.assert(
      fc.property(large, large, fc.integer({ min: 10, max: 1e7 }), (control, treatment, plannedUnits) => {
        const fixed = test(control, treatment);
        const units = control.units + treatment.units;
        const always = sound(alwaysValidInterval({ ...fixed, units }, { alpha: 0.05, plannedUnits }));
        expect(always.interval.lower).toBeLessThanOrEqual(fixed.interval.lower);
        expect(always.interval.upper).toBeGreaterThanOrEqual(fixed.interval.upper);
      }),
    );
  });
});

describe("the split", () => {
  it("is broken by a single unit in an arm without weight, and does not count such an arm otherwise", () => {
    expect(sampleRatioTest([50, 50, 1], [1, 1, 0])).toMatchObject({ pValue: 0, degreesOfFreedom: 1 });
    expect(sampleRatioTest([60, 40, 0], [1, 1, 0])).toEqual(sampleRatioTest([60, 40], [0.5, 0.5]));
    expect(sequentialSampleRatioTest([50, 50, 1], [1, 1, 0], 100)).toMatchObject({ pValue: 0 });
  });

  it("keeps its digits at a trillion units", () => {
    const { logBayesFactor } = sound(sequentialSampleRatioTest([1e12, 1e12 + 3e6], [1, 1], 1e4));
    // ln Γ of 2e12 alone is only known to 1e-2 as a double.
    expect(logBayesFactor).toBeCloseTo(-7.306943100998, 9);
  });
});

describe("planning", () => {
  it("finds the size whose power is the one asked for", () => {
    fc.assert(
      fc.property(finite(0.05, 3), finite(0.55, 0.99), fc.constantFrom(1, 2), (effect, power, sides) => {
        const { exactUnitsPerArm } = sound(sampleSizeOfTTest(effect, 0.05, power, sides as 1 | 2));
        const reached = sound(powerOfTTest(effect, exactUnitsPerArm, 0.05, sides as 1 | 2));
        expect(reached.power).toBeCloseTo(power, 9);
      }),
      { numRuns: 30 },
    );
  });
});

describe("Fisher's exact test", () => {
  it("does not care how a table is turned", () => {
    const cell = fc.nat(200);
    fc.assert(
      fc.property(cell, cell, cell, cell, (a, b, c, d) => {
        fc.pre(a + b + c + d > 0);
        const answer = (table: [[number, number], [number, number]]) => sound(fisherExact(table)).pValue;
        const plain = answer([
          [a, b],
          [c, d],
        ]);
        expect(
          answer([
            [c, d],
            [a, b],
          ]),
        ).toBeCloseTo(plain, 10);
        expect(
          answer([
            [a, c],
            [b, d],
          ]),
        ).toBeCloseTo(plain, 10);
      }),
    );
  });
});

describe("a ratio adjusted by a ratio from before", () => {
  const rows = (shift: number, noise: number) =>
    Array.from({ length: 60 }, (_, unit) => {
      const count = 1 + (unit % 4);
      const habit = 10 + 7 * Math.sin(unit * 1.7);
      return [count * (habit + shift + noise * Math.cos(unit * 2.3)), count, count * habit, count] as const;
    });

  it("finds the same difference with a fraction of the error", () => {
    const [control, treatment] = [sound(ratioPairOf(rows(0, 0.5))), sound(ratioPairOf(rows(1, 0.5)))];
    const { slope, difference } = sound(compareAdjustedRatios(control, treatment, 0.05));
    expect(slope).toBeCloseTo(1, 1);
    expect(difference.estimate).toBeCloseTo(1, 6);
    const plain = Math.sqrt(control.outcomeVariance + treatment.outcomeVariance);
    expect(difference.standardError).toBeLessThan(plain / 5);
  });

  it("is left alone by a covariate that does not vary", () => {
    const flat = (shift: number) => {
      const same = rows(shift, 0.5).map(([x, y]) => [x, y, 3 * y, y] as const);
      return sound(ratioPairOf(same));
    };
    const { slope, difference } = sound(compareAdjustedRatios(flat(0), flat(1), 0.05));
    expect(slope).toBe(0);
    expect(difference.standardError).toBeGreaterThan(0);
  });
});
