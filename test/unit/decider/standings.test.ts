import { describe, expect, it } from "vitest";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { standingsOf } from "#decider/standings.ts";
import { judgeGuardrails } from "#guardrails/judge-guardrails.ts";
import type { ExperimentInput } from "#model/experiment/experiment.ts";
import { metric, momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";

const metricDefinitions = [metric(), metric({ key: "error", name: "Errors", direction: "decrease" })];

const VARIANTS = ["control", "small", "large"].map((key, index) => ({
  key,
  version: index + 1,
  weight: index === 0 ? 0.34 : 0.33,
}));

/** Successes and errors of so many units for each variant. */
function standingsFor(
  arms: Record<string, readonly [successes: number, errors: number, units: number]>,
  overrides: Partial<ExperimentInput> = {},
  switchedOff: readonly string[] = [],
) {
  const described = spec({
    minimumUnits: 100,
    plannedUnits: 2_000,
    variants: VARIANTS,
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
    ],
    ...overrides,
  });
  const counted = Object.entries(arms).map(([variant, [successes, errors, units]]) => [
    variant,
    { task_success: momentsOfCounts(successes, units), error: momentsOfCounts(errors, units) },
  ]);
  const data = totals(Object.fromEntries(counted));
  const analysis = analyze({ spec: described, metricDefinitions, totals: data, switchedOff, now: 60_000 });
  const guardrails = judgeGuardrails(described, analysis);
  return standingsOf({ spec: described, analysis, guardrails, switchedOff, startedAt: 0, now: 60_000 });
}

describe("standings", () => {
  it("name the best of the treatments that are proven better", () => {
    const { standings, provenWinner } = standingsFor({
      control: [300, 10, 1_000],
      small: [450, 10, 1_000],
      large: [500, 10, 1_000],
    });
    const better = { metric: "task_success", verdict: "better", meetsRule: true };
    const safe = { harmedGuardrails: [], unclearGuardrails: [] };
    expect(standings).toEqual([
      { variant: "small", ...better, ...safe },
      { variant: "large", ...better, ...safe },
    ]);
    expect(provenWinner).toBe("large");
  });

  it("never name one that harms a guardrail, that is unproven, or that is worse", () => {
    const { standings, provenWinner } = standingsFor({
      control: [300, 10, 1_000],
      small: [310, 10, 1_000],
      large: [500, 400, 1_000],
    });
    expect(standings).toMatchObject([
      { verdict: "unproven", meetsRule: false },
      { verdict: "better", meetsRule: true, harmedGuardrails: ["error"] },
    ]);
    expect(provenWinner).toBeNull();
    const behind = standingsFor({
      control: [500, 10, 1_000],
      small: [300, 10, 1_000],
      large: [510, 10, 1_000],
    });
    expect(behind.standings[0]).toMatchObject({ verdict: "worse", meetsRule: false });
    expect(behind.provenWinner).toBeNull();
  });

  it("keep what is proven of a treatment that left, which cannot win", () => {
    const arms = { control: [300, 10, 1_000], small: [500, 10, 1_000], large: [310, 10, 1_000] } as const;
    const { standings, provenWinner } = standingsFor(arms, {}, ["small"]);
    expect(standings[0]).toMatchObject({ verdict: "better", meetsRule: false });
    expect(provenWinner).toBeNull();
  });

  it("know nothing of a treatment without units", () => {
    const { standings, provenWinner } = standingsFor({ control: [300, 10, 1_000] });
    expect(standings.map(({ verdict }) => verdict)).toEqual(["unknown", "unknown"]);
    expect(standings[0]?.unclearGuardrails).toEqual(["error"]);
    expect(provenWinner).toBeNull();
  });

  it("go by the objective of a non-inferiority rule, and say when the rule asks for more", () => {
    const { standings, provenWinner } = standingsFor(
      { control: [500, 300, 1_000], small: [400, 100, 1_000], large: [500, 290, 1_000] },
      {
        metrics: [
          { metric: "task_success", role: "primary" },
          { metric: "error", role: "secondary" },
        ],
        rule: { type: "non_inferiority", margin: { kind: "absolute", value: 0.02 }, objective: "error" },
      },
    );
    expect(standings).toMatchObject([
      // Better on the objective, but a person must hear first that the primary metric is worse.
      { metric: "task_success", verdict: "worse", meetsRule: false },
      { metric: "error", verdict: "unproven", meetsRule: false },
    ]);
    expect(provenWinner).toBeNull();
  });

  it("never name the control, though it may be the best arm", () => {
    const { standings, provenWinner } = standingsFor(
      { control: [600, 10, 1_000], small: [300, 10, 1_000], large: [300, 10, 1_000] },
      {
        rule: { type: "best_arm", tolerance: 0.01, delta: 0.05 },
        allocation: { type: "adaptive", algorithm: "top_two", minimumWeight: 0.05, phaseSeconds: 3_600 },
      },
    );
    expect(standings.map(({ verdict }) => verdict)).toEqual(["worse", "worse"]);
    expect(provenWinner).toBeNull();
  });
});
