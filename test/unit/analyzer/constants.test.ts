import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { decide } from "#decider/decide.ts";
import { judgeGuardrails } from "#guardrails/judge-guardrails.ts";
import type { MetricMoments } from "#model/analysis/moments.ts";
import type { ExperimentInput, Margin } from "#model/experiment/experiment.ts";
import { metric, momentsOfCounts, momentsOfValues, spec, totals } from "#tools/builders/moments-builder.ts";

const metricDefinitions = [
  metric(),
  metric({ key: "error", name: "Errors", direction: "decrease" }),
  metric({ key: "cost_usd", name: "Cost", type: "mean", direction: "decrease" }),
];

const constant = (value: number, units: number) => momentsOfValues(Array<number>(units).fill(value));

interface Arm {
  success: MetricMoments;
  guard: MetricMoments;
}

function decideOn(guard: "cost_usd" | "error", margin: Margin, control: Arm, treatment: Arm) {
  const metrics: ExperimentInput["metrics"] = [
    { metric: "task_success", role: "primary" },
    { metric: guard, role: "guardrail", margin },
  ];
  const described = spec({ metrics, minimumUnits: 100, plannedUnits: 2_000 });
  const armOf = ({ success, guard: moments }: Arm) => ({ task_success: success, [guard]: moments });
  const data = totals({ control: armOf(control), treatment: armOf(treatment) });
  const analysis = analyze({ spec: described, metricDefinitions, totals: data, now: 1 });
  const guardrails = judgeGuardrails(described, analysis);
  const decision = decide({ spec: described, analysis, guardrails, startedAt: 0, now: 1 });
  return { analysis, guardrails, decision };
}

const tenPercent: Margin = { kind: "relative", value: 0.1 };

describe("constants", () => {
  it("harm a guardrail when a fixed cost doubles", () => {
    const same = momentsOfCounts(15, 30);
    const { guardrails, decision } = decideOn(
      "cost_usd",
      tenPercent,
      { success: same, guard: constant(0.01, 30) },
      { success: same, guard: constant(0.02, 30) },
    );
    expect(guardrails).toMatchObject([{ verdict: "harmed" }]);
    expect(decision).toMatchObject({ action: "rollback", reason: { code: "guardrail_harmed" } });
  });

  it("are safe when they are equal, and let a proven winner be promoted", () => {
    for (const value of [0, 0.01, 250]) {
      const { guardrails, decision } = decideOn(
        "cost_usd",
        tenPercent,
        { success: momentsOfCounts(150, 500), guard: constant(value, 500) },
        { success: momentsOfCounts(300, 500), guard: constant(value, 500) },
      );
      expect(guardrails).toMatchObject([{ verdict: "safe", harm: 0 }]);
      expect(decision).toMatchObject({ action: "promote", variant: "treatment" });
    }
  });

  it("are not safe before anything else would have been met", () => {
    const { guardrails } = decideOn(
      "cost_usd",
      tenPercent,
      { success: momentsOfCounts(10, 30), guard: constant(0.01, 30) },
      { success: momentsOfCounts(10, 30), guard: constant(0.01, 30) },
    );
    expect(guardrails).toMatchObject([{ verdict: "unclear" }]);
  });

  it("of 0 are a baseline that a share of which tolerates nothing", () => {
    const sameSuccess = momentsOfCounts(150, 500);
    const errors = (count: number) => ({ success: sameSuccess, guard: momentsOfCounts(count, 500) });
    expect(decideOn("error", tenPercent, errors(0), errors(40)).guardrails).toMatchObject([
      { verdict: "harmed", tolerated: 0 },
    ]);
    expect(decideOn("error", tenPercent, errors(0), errors(0)).guardrails).toMatchObject([
      { verdict: "safe" },
    ]);
    expect(decideOn("error", tenPercent, errors(0), errors(1)).guardrails).toMatchObject([
      { verdict: "unclear" },
    ]);
  });

  it("decide a primary metric of 0 against 500 of 500", () => {
    const arm = (successes: number): Arm => ({
      success: momentsOfCounts(successes, 500),
      guard: constant(0.01, 500),
    });
    expect(decideOn("cost_usd", tenPercent, arm(0), arm(500)).decision).toMatchObject({
      action: "promote",
      reason: { code: "superior" },
    });
    expect(decideOn("cost_usd", tenPercent, arm(500), arm(0)).decision).toMatchObject({
      action: "rollback",
      reason: { code: "primary_harmed" },
    });
    const { analysis } = decideOn("cost_usd", tenPercent, arm(0), arm(500));
    const [comparison] = analysis.metrics[0]?.comparisons ?? [];
    expect(comparison).toMatchObject({ difference: { status: "ok", estimate: 1 } });
  });

  it("give finite numbers that widen with fewer units, and call nothing different that is equal", () => {
    const value = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((thousandths) => thousandths / 1_000);
    fc.assert(
      fc.property(value, value, fc.integer({ min: 2, max: 400 }), (first, second, units) => {
        const described = spec({ metrics: [{ metric: "cost_usd", role: "primary" }] });
        const differenceAt = (count: number) => {
          const data = totals({
            control: { cost_usd: constant(first, count) },
            treatment: { cost_usd: constant(second, count) },
          });
          const analysis = analyze({ spec: described, metricDefinitions, totals: data, now: 1 });
          return analysis.metrics[0]?.comparisons[0]?.difference;
        };
        const difference = differenceAt(units);
        const larger = differenceAt(2 * units);
        if (difference?.status !== "ok" || larger?.status !== "ok") return;
        expect(difference.standardError).toBeGreaterThan(0);
        expect(larger.standardError).toBeLessThanOrEqual(difference.standardError * (1 + 1e-9));
        if (first === second) expect(difference.alwaysValid.pValue).toBe(1);
      }),
      { numRuns: 200 },
    );
  });
});
