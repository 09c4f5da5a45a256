import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contrastOf } from "#analyzer/estimates/contrast.ts";
import { emptyTotals, mergeTotals } from "#analyzer/estimates/moments.ts";
import { analyzeInteraction } from "#analyzer/experiment/interaction.ts";
import { independenceTest } from "#analyzer/tests/independence.ts";
import { welchTest } from "#analyzer/tests/welch.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import { metric, momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";

describe("the test of independence", () => {
  it("reproduces Agresti's table of gender and party", () => {
    // Agresti 2007, "An Introduction to Categorical Data Analysis", p. 39, as in the manual of R's chisq.test.
    const test = independenceTest([
      [762, 327, 468],
      [484, 239, 477],
    ]);
    if (test.status !== "ok") throw new Error(test.reason);
    expect(test.degreesOfFreedom).toBe(2);
    expect(test.statistic).toBeCloseTo(30.07, 2);
    expect(Number(test.pValue.toPrecision(4))).toBe(2.954e-7);
  });

  it("says nothing about tables that are too small", () => {
    const tables = [
      [],
      [[]],
      [[100, 100]],
      [[100], [100]],
      [
        [0, 100],
        [0, 100],
      ],
      [
        [4, 4],
        [100, 100],
      ],
    ];
    for (const table of tables) {
      expect(independenceTest(table)).toEqual({ status: "unavailable", reason: "insufficient_data" });
    }
  });
});

const estimate = fc.record({
  units: fc.integer({ min: 2, max: 10_000 }),
  estimate: fc.double({ min: -100, max: 100, noNaN: true }),
  squaredError: fc.double({ min: 1e-6, max: 10, noNaN: true }),
});

describe("a contrast", () => {
  it("of two estimates is Welch's test", () => {
    fc.assert(
      fc.property(estimate, estimate, (control, treatment) => {
        const [contrast, welch] = [
          contrastOf([treatment], [control], 0.05),
          welchTest(control, treatment, 0.05),
        ];
        if (isUnavailable(contrast) || isUnavailable(welch)) throw new Error("refused");
        expect(contrast.estimate).toBeCloseTo(welch.estimate, 9);
        expect(contrast.degreesOfFreedom / welch.degreesOfFreedom).toBeCloseTo(1, 9);
        expect(contrast.pValue).toBeCloseTo(welch.pValue, 9);
      }),
    );
  });

  it("refuses what has no error and what is too small", () => {
    const still = { units: 10, estimate: 1, squaredError: 0 };
    expect(contrastOf([still], [still], 0.05)).toEqual({ status: "unavailable", reason: "zero_variance" });
    expect(contrastOf([{ ...still, units: 1 }], [still], 0.05)).toEqual({
      status: "unavailable",
      reason: "insufficient_data",
    });
  });
});

describe("the interaction of two experiments", () => {
  const arm = (otherVariant: string, control: number, treatment: number) => ({
    otherVariant,
    phases: [
      totals({
        control: { task_success: momentsOfCounts(control, 1_000) },
        treatment: { task_success: momentsOfCounts(treatment, 1_000) },
      }),
    ],
  });

  it("shares alpha among the other experiment's treatments", () => {
    const others = [arm("base", 500, 550), arm("same", 400, 450), arm("reversed", 500, 400)];
    const result = analyzeInteraction(spec(), metric(), others, "base");
    expect(result).toMatchObject({ comparisons: 2, correctedAlpha: 0.025, verdict: "interacting" });
    const adjusted = result.differences.map(({ otherVariant, difference }) => [
      otherVariant,
      difference.status === "ok" && difference.adjustedPValue < 0.05,
    ]);
    expect(adjusted).toEqual([
      ["same", false],
      ["reversed", true],
    ]);
  });

  it("does not take a drift of both experiments' weights for a dependence", () => {
    const units = (control: number, treatment: number) =>
      totals({
        control: { task_success: momentsOfCounts(control / 2, control) },
        treatment: { task_success: momentsOfCounts(treatment / 2, treatment) },
      });
    // Independent in each phase: 9 to 1 for both controls in the first, 1 to 9 in the second.
    const drifting = [
      { otherVariant: "base", phases: [units(810, 90), units(10, 90)] },
      { otherVariant: "treated", phases: [units(90, 10), units(90, 810)] },
    ];
    expect(analyzeInteraction(spec(), metric(), drifting, "base").assignment).toMatchObject({
      verdict: "independent",
      test: { degreesOfFreedom: 2 },
    });
    const pooled = drifting.map(({ otherVariant, phases }) => ({
      otherVariant,
      phases: [phases.reduce(mergeTotals, emptyTotals([]))],
    }));
    expect(analyzeInteraction(spec(), metric(), pooled, "base").assignment.verdict).toBe("dependent");
  });

  it("cannot be judged where nothing varies", () => {
    const others = [arm("base", 0, 0), arm("treated", 0, 0)];
    expect(analyzeInteraction(spec(), metric(), others, "base").verdict).toBe("insufficient_data");
  });
});
