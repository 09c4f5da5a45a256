import { describe, expect, it } from "vitest";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { weightedLeastSquares } from "#analyzer/numeric/least-squares.ts";
import { decide } from "#decider/decide.ts";
import { type Catalog, checkExperiment } from "#model/experiment/checks.ts";
import type { ExperimentInput } from "#model/experiment/experiment.ts";
import { metric, momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";

const ARMS = [
  { key: "small-long", levels: { model: "small", prompt: "long" } },
  { key: "small-short", levels: { model: "small", prompt: "short" } },
  { key: "large-long", levels: { model: "large", prompt: "long" } },
  { key: "large-short", levels: { model: "large", prompt: "short" } },
];

const factorial: Partial<ExperimentInput> = {
  variants: ARMS.map((arm, index) => ({ ...arm, version: index + 1, weight: 0.25 })),
  control: "small-long",
  rule: { type: "best_levels" },
  minimumUnits: 100,
};

/** Successes per 1,000 units of every arm, in the order above. */
function decideOn(successes: readonly number[]) {
  const described = spec(factorial);
  const data = totals(
    Object.fromEntries(
      ARMS.map(({ key }, index) => [key, { task_success: momentsOfCounts(successes[index] ?? 0, 1_000) }]),
    ),
  );
  const analysis = analyze({ spec: described, metricDefinitions: [metric()], totals: data, now: 1 });
  const decision = decide({ spec: described, analysis, guardrails: [], startedAt: 0, now: 1 });
  const read = analysis.metrics[0]?.factorial;
  if (read?.status !== "ok") throw new Error("no factorial analysis");
  return { decision, ...read };
}

describe("weighted least squares", () => {
  it("reproduces a hand-computed line with unequal errors", () => {
    const fitted = weightedLeastSquares(
      [
        [1, 0],
        [1, 1],
        [1, 2],
      ],
      [1, 2, 4],
      [1, 1, 4],
    );
    // XᵀWX = [[2.25, 1.5], [1.5, 2]], XᵀWy = [4, 4].
    expect(fitted?.coefficients[0]).toBeCloseTo(8 / 9, 12);
    expect(fitted?.coefficients[1]).toBeCloseTo(4 / 3, 12);
    expect(fitted?.squaredErrors[0]).toBeCloseTo(2 / 2.25, 12);
    expect(fitted?.squaredErrors[1]).toBeCloseTo(1, 12);
  });

  it("refuses what the observations do not determine", () => {
    expect(
      weightedLeastSquares(
        [
          [1, 1],
          [1, 1],
        ],
        [1, 2],
        [1, 1],
      ),
    ).toBeUndefined();
    expect(weightedLeastSquares([[1, 1]], [1], [1])).toBeUndefined();
  });
});

describe("factorial experiments", () => {
  it("tell what each level changes, over all arms that share it", () => {
    const { mainEffects, interactions } = decideOn([400, 405, 500, 505]);
    expect(mainEffects.map(({ levels }) => levels[0]?.level)).toEqual(["large", "short"]);
    expect(mainEffects[0]?.estimate).toBeCloseTo(0.1, 3);
    expect(mainEffects[1]?.estimate).toBeCloseTo(0.005, 3);
    expect(interactions).toHaveLength(1);
    expect(interactions[0]?.estimate).toBeCloseTo(0, 9);
    // Every level's effect is estimated from all four arms: its error is that of 2,000 against 2,000 units.
    expect(mainEffects[0]?.standardError).toBeCloseTo(Math.sqrt((0.24 + 0.25) / 2_000), 3);
  });

  it("promote the arm that joins the levels proven best", () => {
    expect(decideOn([400, 500, 500, 600]).decision).toMatchObject({
      action: "promote",
      variant: "large-short",
      reason: { code: "best_levels_proven" },
    });
    expect(decideOn([400, 405, 500, 505]).decision).toMatchObject({
      action: "promote",
      variant: "large-long",
    });
    expect(decideOn([400, 405, 410, 405]).decision).toMatchObject({ action: "continue" });
  });

  it("do not join levels that are proven to spoil each other", () => {
    const { decision, interactions } = decideOn([300, 600, 600, 550]);
    expect(interactions[0]?.estimate).toBeLessThan(-0.3);
    expect(decision.action).toBe("continue");
    expect(decision.evidence.find(({ rule }) => rule === "winner")?.facts.clash).toBe("large × short");
  });

  it("are refused when their levels make no design", () => {
    const catalog: Catalog = {
      metrics: [{ key: "task_success", type: "proportion", distribution: false }],
      configVersions: new Set([1, 2]),
      liveVersion: 1,
    };
    const codesOf = (first: unknown, second: unknown) => {
      const checked = checkExperiment(
        {
          key: "k",
          kind: "model",
          config: "c",
          rule: { type: "best_levels" },
          metrics: [{ metric: "task_success", role: "primary" }],
          variants: [
            { key: "a", version: 1, weight: 0.5, ...(first ? { levels: first } : {}) },
            { key: "b", version: 2, weight: 0.5, ...(second ? { levels: second } : {}) },
          ],
        },
        catalog,
      );
      return checked.ok ? [] : checked.error.map(({ code }) => code);
    };
    expect(codesOf({ model: "x" }, { model: "y" })).toEqual([]);
    expect(codesOf(undefined, undefined)).toEqual(["levels_required"]);
    expect(codesOf({ model: "x" }, undefined)).toContain("different_factors");
    expect(codesOf({ model: "x" }, { model: "x" })).toEqual(["duplicate_levels", "constant_factor"]);
  });
});
