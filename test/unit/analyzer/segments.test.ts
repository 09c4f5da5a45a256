import { describe, expect, it } from "vitest";
import { analyzeSegments } from "#analyzer/experiment/segments.ts";
import { metric, momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";

const metricDefinitions = [metric()];

const EVEN = [0.5, 0.5];

function phase(control: [number, number], treatment: [number, number], weights = EVEN) {
  return {
    weights,
    totals: totals({
      control: { task_success: momentsOfCounts(...control) },
      treatment: { task_success: momentsOfCounts(...treatment) },
    }),
  };
}

function part(value: string, control: number, treatment: number, units = 1_000) {
  return { value, phases: [phase([control, units], [treatment, units])] };
}

const whole = part("all", 840, 511).phases;
const frame = { spec: spec(), metricDefinitions, now: 1 };

describe("an analysis by segments", () => {
  it("shares the error rate among segments and treatments", () => {
    const variants = ["control", "b", "c"].map((key, index) => ({ key, version: index + 1, weight: 1 / 3 }));
    const segments = ["x", "y", "z", "w"].map((value) => part(value, 100, 100));
    const breakdown = analyzeSegments({ ...frame, spec: spec({ variants }) }, whole, segments);
    expect(breakdown).toMatchObject({ alpha: 0.05, comparisons: 8, correctedAlpha: 0.05 / 8 });
    const alone = analyzeSegments(frame, whole, [part("x", 100, 150)]);
    const shared = analyzeSegments(frame, whole, [part("x", 100, 150), ...segments]);
    const width = ({ segments: [first] }: typeof alone) => {
      const difference = first?.metrics[0]?.comparisons[0]?.difference;
      if (difference?.status !== "ok") throw new Error("no difference");
      return (difference.interval.upper ?? 0) - (difference.interval.lower ?? 0);
    };
    expect(width(shared)).toBeGreaterThan(width(alone));
  });

  it("reports a reversal only where both directions are certain", () => {
    const valuesOf = (...segments: ReturnType<typeof part>[]) =>
      analyzeSegments(frame, whole, segments).reversals.map(({ value }) => value);
    expect(valuesOf(part("opposite", 704, 998), part("same", 976, 24))).toEqual(["opposite"]);
    expect(valuesOf(part("slight", 500, 505))).toEqual([]);
    expect(valuesOf(part("few", 1, 3, 4))).toEqual([]);
    const undecided = part("all", 500, 500).phases;
    expect(analyzeSegments(frame, undecided, [part("certain", 400, 600)]).reversals).toEqual([]);
  });

  it("forgives a split that is only unlucky once one looks at many segments", () => {
    const unlucky = { value: "unlucky", phases: [phase([1, 5_000], [1, 5_460])] };
    const verdictAmong = (others: number) => {
      const segments = [unlucky, ...Array.from({ length: others }, (_, index) => part(`${index}`, 5, 5))];
      return analyzeSegments(frame, whole, segments).segments[0]?.sampleRatio;
    };
    expect(verdictAmong(0)?.verdict).toBe("mismatch");
    expect(verdictAmong(19)?.verdict).toBe("ok");
    expect(verdictAmong(19)?.pValue).toBeCloseTo((verdictAmong(0)?.pValue ?? 0) * 20, 12);
  });

  it("compares inside phases of constant weights, where weights adapted", () => {
    // Both arms succeed alike in each phase; the treatment only has more units in the better one.
    const drifting = [phase([90, 900], [10, 100], [0.9, 0.1]), phase([50, 100], [450, 900], [0.1, 0.9])];
    const { segments } = analyzeSegments(frame, whole, [{ value: "drifting", phases: drifting }]);
    expect(segments[0]).toMatchObject({ units: 2_000, sampleRatio: { verdict: "ok" } });
    expect(segments[0]?.metrics[0]?.comparisons[0]?.difference).toMatchObject({
      status: "ok",
      method: "stratified_by_phase",
      estimate: 0,
    });
  });

  it("is empty without segments", () => {
    expect(analyzeSegments(frame, whole, [])).toMatchObject({ comparisons: 1, segments: [], reversals: [] });
  });
});
