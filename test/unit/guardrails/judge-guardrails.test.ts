import { describe, expect, it } from "vitest";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { judgeGuardrails } from "#guardrails/judge-guardrails.ts";
import type { ExperimentInput } from "#model/experiment/experiment.ts";
import { metric, momentsOfCounts, momentsOfValues, spec, totals } from "#tools/builders/moments-builder.ts";

const definitions = [
  metric(),
  metric({ key: "error", direction: "decrease" }),
  metric({ key: "cost_usd", type: "mean", direction: "decrease" }),
];

/** Costs around a mean, in arms of so many units. */
function costs(units: number, mean: number) {
  return momentsOfValues(Array.from({ length: units }, (_, unit) => mean + ((unit % 5) - 2) / 10));
}

function judge(overrides: Partial<ExperimentInput>, guarded: "cost_usd" | "error", arms: object[]) {
  const [control = {}, treatment = {}] = arms;
  const described = spec({
    metrics: [
      { metric: "task_success", role: "primary" },
      {
        metric: guarded,
        role: "guardrail",
        margin: { kind: "absolute", value: guarded === "error" ? 0.02 : 5 },
      },
    ],
    ...overrides,
  });
  const analysis = analyze({
    spec: described,
    metricDefinitions: definitions,
    totals: totals({ control: { ...control }, treatment: { ...treatment } }),
    now: 0,
  });
  const [result] = judgeGuardrails(described, analysis);
  if (!result) throw new Error("there is no guardrail");
  return result;
}

const withCosts = (units: number, mean: number) => ({
  task_success: momentsOfCounts(units / 2, units),
  cost_usd: costs(units, mean),
});
const withErrors = (units: number, errors: number) => ({
  task_success: momentsOfCounts(units / 2, units),
  error: momentsOfCounts(errors, units),
});

describe("a guardrail on a mean", () => {
  it("is not safe before each arm has 50 effective units, and says that there are too few", () => {
    expect(judge({}, "cost_usd", [withCosts(400, 10), withCosts(40, 10)])).toMatchObject({
      verdict: "unclear",
      reason: "insufficient_data",
    });
    expect(judge({}, "cost_usd", [withCosts(400, 10), withCosts(50, 10)])).toMatchObject({
      verdict: "safe",
      reason: null,
    });
  });

  it("is not safe for a small arm that varies less than the rest, as one does that has not met the tail; its harm counts", () => {
    const control = {
      task_success: momentsOfCounts(200, 400),
      cost_usd: momentsOfValues(Array.from({ length: 400 }, (_, unit) => (unit % 2 === 0 ? 26 : -6))),
    };
    expect(judge({}, "cost_usd", [control, withCosts(60, 10)])).toMatchObject({
      verdict: "unclear",
      reason: null,
    });
    expect(judge({}, "cost_usd", [control, withCosts(60, 20)]).verdict).toBe("harmed");
    expect(judge({}, "cost_usd", [control, { ...control }]).verdict).toBe("safe");
  });

  it("sees harm from 25 units on all the same", () => {
    expect(judge({}, "cost_usd", [withCosts(400, 10), withCosts(26, 30)]).verdict).toBe("harmed");
  });
});

describe("a guardrail of an experiment with a maximum", () => {
  const atMaximum = { maximumUnits: 4_000 };

  it("is safe at the maximum with what an endless experiment leaves unclear", () => {
    const data = [withErrors(2_000, 100), withErrors(2_000, 104)];
    expect(judge(atMaximum, "error", data).verdict).toBe("safe");
    expect(judge({}, "error", data).verdict).toBe("unclear");
  });

  it("sees smaller harm at the maximum, and large harm about as early", () => {
    const small = [withErrors(2_000, 100), withErrors(2_000, 162)];
    expect(judge(atMaximum, "error", small).verdict).toBe("unclear");
    const larger = [withErrors(2_000, 100), withErrors(2_000, 182)];
    expect(judge(atMaximum, "error", larger).verdict).toBe("harmed");
    expect(judge({}, "error", larger).verdict).toBe("unclear");
    const early = [withErrors(50, 2), withErrors(50, 20)];
    expect(judge(atMaximum, "error", early).verdict).toBe("harmed");
    expect(judge({}, "error", early).verdict).toBe("harmed");
  });
});
