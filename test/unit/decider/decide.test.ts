import { describe, expect, it } from "vitest";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { decide } from "#decider/decide.ts";
import { decisionSchema } from "#model/analysis/decision.ts";
import type { ExperimentInput } from "#model/experiment/experiment.ts";
import { momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";
import { arms, decideOn, guarded, guardedArms, MINUTE, metricDefinitions } from "./decide-on.ts";

describe("decisions", () => {
  it("promote a treatment that is proven better", () => {
    const decided = decideOn({}, arms([300, 1_000], [500, 1_000]));
    expect(decided).toMatchObject({ action: "promote", variant: "treatment", reason: { code: "superior" } });
    expect(decided.sentence).toMatch(
      /^Promoted: 'treatment' is better than 'control': task success \+20 pp \(50% vs\. 30%, interval \+1\d pp to \+2\d pp\)\. Expect 1\d pp or more rather than the observed change, which early stopping exaggerates\.$/,
    );
  });

  it("roll back when every treatment is proven worse", () => {
    const decided = decideOn({}, arms([500, 1_000], [415, 1_000]));
    expect(decided).toMatchObject({
      action: "rollback",
      reason: { code: "primary_worse_in_every_treatment" },
    });
    expect(decided.sentence).toContain("−9 pp (42% vs. 50%, interval −15 pp to −2 pp)");
  });

  it("roll back early when the loss on the primary metric is more than the experiment is made to find", () => {
    const decided = decideOn(
      { minimumUnits: 5_000, minimumDurationSeconds: 3_600 },
      arms([50, 100], [10, 100]),
    );
    expect(decided).toMatchObject({
      action: "rollback",
      variant: "treatment",
      reason: { code: "primary_harmed" },
    });
    expect(decided.sentence).toMatch(
      /^Rolled back: 'treatment' is worse than 'control': task success −40 pp.*, a loss of more than [\d.]+ pp\.$/,
    );
  });

  it("roll back on the loss that the primary metric's own margin or a non-inferiority rule tolerates", () => {
    const margin = { kind: "absolute", value: 0.02 } as const;
    const data = arms([500, 1_000], [400, 1_000]);
    const guarding = decideOn({ metrics: [{ metric: "task_success", role: "primary", margin }] }, data);
    expect(guarding).toMatchObject({ action: "rollback", reason: { code: "guardrail_harmed" } });
    const metrics: ExperimentInput["metrics"] = [
      { metric: "task_success", role: "primary" },
      { metric: "cost_usd", role: "secondary" },
    ];
    const rule = { type: "non_inferiority", margin, objective: "cost_usd" } as const;
    expect(decideOn({ metrics, rule }, data)).toMatchObject({
      action: "rollback",
      reason: { code: "primary_harmed" },
    });
  });

  it("name the metric, not its key, when all of several treatments are worse", () => {
    const data = totals({
      control: { task_success: momentsOfCounts(800, 1_600) },
      treatment: { task_success: momentsOfCounts(510, 1_200) },
      other: { task_success: momentsOfCounts(516, 1_200) },
    });
    const variants = ["control", "treatment", "other"].map((key, index) => ({
      key,
      version: index + 1,
      weight: [0.4, 0.3, 0.3][index] ?? 0,
    }));
    const { sentence } = decideOn({ variants, control: "control" }, data);
    expect(sentence).toBe("Rolled back: every treatment is worse than 'control' on task success.");
  });

  it("go on while nothing is proven", () => {
    expect(decideOn({}, arms([500, 1_000], [510, 1_000]))).toMatchObject({
      action: "continue",
      reason: { code: "undecided" },
    });
  });

  it("stop when the budget is used up, and keep control", () => {
    const decided = decideOn({ maximumUnits: 2_000 }, arms([500, 1_000], [510, 1_000]));
    expect(decided).toMatchObject({
      action: "stop",
      variant: null,
      reason: { code: "maximum_units_reached" },
    });
    const late = decideOn({ maximumDurationSeconds: 60 }, arms([500, 1_000], [510, 1_000]));
    expect(late).toMatchObject({ action: "stop", reason: { code: "maximum_duration_reached" } });
  });

  it("wait for the minimum, however clear the difference", () => {
    expect(decideOn({ minimumUnits: 5_000 }, arms([100, 1_000], [900, 1_000]))).toMatchObject({
      action: "continue",
      reason: { code: "too_few_units" },
    });
    expect(decideOn({ minimumDurationSeconds: 3_600 }, arms([100, 1_000], [900, 1_000]))).toMatchObject({
      reason: { code: "too_early" },
    });
  });

  it("let one treatment leave and the others go on", () => {
    const variants = ["control", "good", "bad"].map((key, index) => ({
      key,
      version: index + 1,
      weight: index === 0 ? 0.34 : 0.33,
    }));
    const arm = (successes: number, errors: number) => ({
      task_success: momentsOfCounts(successes, 1_000),
      error: momentsOfCounts(errors, 1_000),
    });
    const data = totals({ control: arm(300, 10), good: arm(310, 10), bad: arm(300, 200) });
    const left = decideOn({ ...guarded, variants }, data);
    expect(left).toMatchObject({
      action: "switch_off",
      variant: "bad",
      reason: { code: "guardrail_harmed" },
    });
    expect(left.sentence).toContain("Switched off: 'bad' harms the guardrail errors +19.0 pp");
    expect(decideOn({ ...guarded, variants }, data, MINUTE, ["bad"])).toMatchObject({
      action: "continue",
      reason: { code: "undecided" },
    });
    const winning = totals({ control: arm(300, 10), good: arm(500, 10), bad: arm(300, 200) });
    expect(decideOn({ ...guarded, variants }, winning)).toMatchObject({ action: "promote", variant: "good" });
    expect(decideOn({ ...guarded, variants, minimumUnits: 50_000 }, winning)).toMatchObject({
      action: "switch_off",
      variant: "bad",
    });
    const allBad = totals({ control: arm(300, 10), good: arm(500, 200), bad: arm(300, 200) });
    expect(decideOn({ ...guarded, variants }, allBad)).toMatchObject({ action: "rollback" });
    expect(decideOn({ ...guarded, variants }, allBad, MINUTE, ["bad"])).toMatchObject({
      action: "rollback",
      variant: "good",
    });
  });

  it("ask a person before a winner replaces what it was not compared with", () => {
    const described = spec({ minimumUnits: 100, plannedUnits: 2_000 });
    const data = arms([300, 1_000], [500, 1_000]);
    const analysis = analyze({ spec: described, metricDefinitions, totals: data, now: MINUTE });
    const decideWith = (now: number) =>
      decide({
        spec: described,
        analysis,
        guardrails: [],
        liveVersion: { atStart: 1, now },
        startedAt: 0,
        now: MINUTE,
      });
    expect(decideWith(1)).toMatchObject({ action: "promote" });
    expect(decideWith(7)).toMatchObject({
      action: "hold",
      reason: { code: "live_version_changed", facts: { atStart: 1, now: 7, winner: "treatment" } },
    });
  });

  it("name the runner-up, and whether the winner is proven better than it", () => {
    const variants = ["control", "good", "better"].map((key, index) => ({
      key,
      version: index + 1,
      weight: index === 0 ? 0.34 : 0.33,
    }));
    const arm = (successes: number) => ({ task_success: momentsOfCounts(successes, 1_000) });
    const factsOf = (good: number) =>
      decideOn({ variants }, totals({ control: arm(300), good: arm(good), better: arm(600) })).reason.facts;
    expect(factsOf(590)).toMatchObject({ runnerUp: "good", leadIsProven: false });
    expect(factsOf(400)).toMatchObject({ runnerUp: "good", leadIsProven: true });
  });

  it("roll back a winner that harms a guardrail, before its minimum too", () => {
    const data = guardedArms([300, 10, 1_000], [500, 300, 1_000]);
    const decided = decideOn({ ...guarded, minimumUnits: 10_000 }, data);
    expect(decided).toMatchObject({
      action: "rollback",
      variant: "treatment",
      reason: { code: "guardrail_harmed" },
    });
    expect(decided.sentence).toMatch(
      /errors \+29\.0 pp \(30\.0% vs\. 1\.0%, interval .* pp\), more than the tolerated 5 pp\.$/,
    );
  });

  it("do not promote a winner whose guardrail is unclear", () => {
    const data = guardedArms([300, 40, 1_000], [500, 80, 1_000]);
    const decided = decideOn(guarded, data);
    expect(decided).toMatchObject({
      action: "continue",
      reason: {
        code: "guardrail_unclear",
        facts: { winner: "treatment", metric: "error", units: 2_000, unitsUntilSafe: expect.any(Number) },
      },
    });
    expect(decided.sentence).toMatch(
      /^Waiting: 'treatment' is proven better: task success \+20 pp \(.*\), but its harm to the guardrail errors is not proven to stay within 5 pp yet: \+4\.0 pp, between [+−]\d\.\d pp and \+[678]\.\d pp \(2,000 units so far; expected to be safe at about [\d,]+ units\)\.$/,
    );
  });

  it("promote a winner whose guardrails are safe", () => {
    const data = guardedArms([300, 10, 1_000], [500, 10, 1_000]);
    expect(decideOn(guarded, data)).toMatchObject({ action: "promote" });
  });

  it("promote what is no worse and better where it counts, under a non-inferiority rule", () => {
    const overrides: Partial<ExperimentInput> = {
      metrics: [
        { metric: "task_success", role: "primary" },
        { metric: "cost_usd", role: "secondary" },
      ],
      rule: { type: "non_inferiority", margin: { kind: "absolute", value: 0.05 }, objective: "cost_usd" },
    };
    const data = (successes: number, costly: number) =>
      totals({
        control: { task_success: momentsOfCounts(4_000, 5_000), cost_usd: momentsOfCounts(2_500, 5_000) },
        treatment: {
          task_success: momentsOfCounts(successes, 5_000),
          cost_usd: momentsOfCounts(costly, 5_000),
        },
      });
    expect(decideOn(overrides, data(3_990, 1_000))).toMatchObject({
      action: "promote",
      reason: { code: "non_inferior_with_better_objective" },
      sentence: expect.stringContaining(
        "no worse on task success and better on its objective: CO₂ per answer",
      ),
    });
    expect(decideOn(overrides, data(3_990, 2_500))).toMatchObject({ action: "continue" });
    expect(decideOn(overrides, data(3_500, 1_000))).toMatchObject({ action: "rollback" });
  });

  it("promote the best of several treatments", () => {
    const variants = ["control", "good", "better"].map((key, index) => ({
      key,
      version: index + 1,
      weight: index === 0 ? 0.34 : 0.33,
    }));
    const arm = (successes: number) => ({ task_success: momentsOfCounts(successes, 1_000) });
    const data = totals({ control: arm(300), good: arm(500), better: arm(600) });
    expect(decideOn({ variants }, data)).toMatchObject({ action: "promote", variant: "better" });
  });

  it("keep what every rule saw as evidence, and survive JSON", () => {
    const { sentence: _sentence, ...decided } = decideOn({}, arms([300, 1_000], [500, 1_000]));
    expect(decided.evidence.map(({ rule, applies }) => `${rule} ${applies}`)).toEqual([
      "guardrail_harmed false",
      "primary_harmed false",
      "data_trouble false",
      "few_effective_units false",
      "all_treatments_worse false",
      "minimum_not_reached false",
      "live_version_changed false",
      "split_not_settled false",
      "reporting_differs false",
      "winner true",
      "stage_passed false",
      "maximum_reached false",
      "futility false",
      "behind_leader false",
      "guardrail_unclear false",
    ]);
    expect(decisionSchema.parse(JSON.parse(JSON.stringify(decided)))).toEqual(decided);
  });
});
