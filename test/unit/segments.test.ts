import { describe, expect, it } from "vitest";
import { analyzeSegments } from "../../src/analyzer/segments.ts";
import { metric, momentsOfCounts, spec, totals } from "../support/moments-builder.ts";

const definitions = [metric()];

function part(value: string, control: number, treatment: number, units = 1_000) {
  return {
    value,
    totals: totals({
      control: { task_success: momentsOfCounts(control, units) },
      treatment: { task_success: momentsOfCounts(treatment, units) },
    }),
  };
}

const whole = part("all", 840, 511).totals;
const input = { spec: spec(), definitions, totals: whole, now: 1 };

describe("an analysis by segments", () => {
  it("shares the error rate among segments and treatments", () => {
    const variants = ["control", "b", "c"].map((key, index) => ({ key, version: index + 1, weight: 1 / 3 }));
    const segments = ["x", "y", "z", "w"].map((value) => part(value, 100, 100));
    const breakdown = analyzeSegments({ ...input, spec: spec({ variants }) }, segments);
    expect(breakdown).toMatchObject({ alpha: 0.05, comparisons: 8, correctedAlpha: 0.05 / 8 });
    const alone = analyzeSegments(input, [part("x", 100, 150)]);
    const shared = analyzeSegments(input, [part("x", 100, 150), ...segments]);
    const width = ({ segments: [first] }: typeof alone) => {
      const difference = first?.metrics[0]?.comparisons[0]?.difference;
      if (difference?.status !== "ok") throw new Error("no difference");
      return (difference.interval.upper ?? 0) - (difference.interval.lower ?? 0);
    };
    expect(width(shared)).toBeGreaterThan(width(alone));
  });

  it("reports a reversal only where both directions are certain", () => {
    const valuesOf = (...segments: ReturnType<typeof part>[]) =>
      analyzeSegments(input, segments).reversals.map(({ value }) => value);
    expect(valuesOf(part("opposite", 704, 998), part("same", 976, 24))).toEqual(["opposite"]);
    expect(valuesOf(part("slight", 500, 505))).toEqual([]);
    expect(valuesOf(part("few", 1, 3, 4))).toEqual([]);
    const undecided = { ...input, totals: part("all", 500, 500).totals };
    expect(analyzeSegments(undecided, [part("certain", 400, 600)]).reversals).toEqual([]);
  });

  it("forgives a split that is only unlucky once one looks at many segments", () => {
    const unlucky = {
      value: "unlucky",
      totals: totals({
        control: { task_success: momentsOfCounts(1, 5_000) },
        treatment: { task_success: momentsOfCounts(1, 5_460) },
      }),
    };
    const verdictAmong = (others: number) => {
      const segments = [unlucky, ...Array.from({ length: others }, (_, index) => part(`${index}`, 5, 5))];
      return analyzeSegments(input, segments).segments[0]?.sampleRatio;
    };
    expect(verdictAmong(0)?.verdict).toBe("mismatch");
    expect(verdictAmong(19)?.verdict).toBe("ok");
    expect(verdictAmong(19)?.pValue).toBeCloseTo((verdictAmong(0)?.pValue ?? 0) * 20, 12);
  });

  it("is empty without segments", () => {
    expect(analyzeSegments(input, [])).toMatchObject({ comparisons: 1, segments: [], reversals: [] });
  });
});
