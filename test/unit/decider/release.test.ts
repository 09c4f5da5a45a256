import { describe, expect, it } from "vitest";
import type { ExperimentInput, Pause } from "#model/experiment/experiment.ts";
import { stageSpecOf } from "#model/release/stage-spec.ts";
import { evaluate } from "#results/evaluate.ts";
import { momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";
import { guarded, MINUTE, metricDefinitions } from "./decide-on.ts";

type Counts = readonly [successes: number, units: number];

/** What is decided in the only stage of a release, two hours after it began. */
function decideStage(
  overrides: Partial<ExperimentInput>,
  { previous, next }: Record<"previous" | "next", Record<string, Counts>>,
  { pauses = [], share = 0.5 }: { pauses?: Pause[]; share?: number } = {},
) {
  const stages = [{ share, seconds: 3_600 }];
  const release = { origin: "experiment", name: "release", stages, stage: 0, previousVersion: 1 };
  const stage = stageSpecOf(spec(overrides), "release", { key: "next", version: 2 }, release, [[0, 1]]);
  const momentsOf = (metrics: Record<string, Counts>) =>
    Object.fromEntries(Object.entries(metrics).map(([key, counts]) => [key, momentsOfCounts(...counts)]));
  const data = totals({ previous: momentsOf(previous), next: momentsOf(next) });
  const now = 120 * MINUTE;
  return evaluate(
    {
      ...{ spec: stage, metricDefinitions, startedAt: 0, liveVersionAtStart: 1, pauses },
      ...{ phases: [{ startedAt: 0, weights: [1 - share, share] }], switchedOff: [], acceptances: [] },
      ...{ exclusions: [], rebuildPendingSince: null, recounts: 0, doubts: null },
    },
    [data],
    now,
  ).snapshot.decision;
}

describe("a stage of a release", () => {
  it("passes what its experiment accepts as the price of another gain", () => {
    const rule = {
      type: "non_inferiority" as const,
      margin: { kind: "absolute" as const, value: 0.05 },
      objective: "cost_usd",
    };
    const metrics: ExperimentInput["metrics"] = [
      { metric: "task_success", role: "primary" },
      { metric: "cost_usd", role: "secondary" },
    ];
    const counts = (successes: number): Record<string, Counts> => ({
      task_success: [successes, 20_000],
      cost_usd: [10_000, 20_000],
    });
    const decided = (next: number) =>
      decideStage({ rule, metrics }, { previous: counts(14_000), next: counts(next) });
    expect(decided(13_600)).toMatchObject({ action: "promote", reason: { code: "release_completed" } });
    expect(decided(12_000)).toMatchObject({ action: "rollback" });
  });

  it("is not ended for a loss within the primary metric's own margin", () => {
    const metrics: ExperimentInput["metrics"] = [
      { metric: "task_success", role: "primary", margin: { kind: "absolute", value: 0.05 } },
    ];
    const counts = (successes: number): Record<string, Counts> => ({ task_success: [successes, 20_000] });
    const decided = (next: number) =>
      decideStage({ metrics }, { previous: counts(14_000), next: counts(next) });
    expect(decided(13_600)).toMatchObject({ action: "promote" });
    expect(decided(12_000)).toMatchObject({ action: "rollback" });
  });

  it("is not ended because a small control has not met a rare failure yet, but for a real loss", () => {
    const decided = (previous: Counts, next: Counts) =>
      decideStage(
        {},
        { previous: { task_success: previous }, next: { task_success: next } },
        { share: 0.95 },
      );
    expect(decided([130, 130], [2_420, 2_470])).toMatchObject({ action: "promote" });
    expect(decided([130, 130], [2_100, 2_470])).toMatchObject({ action: "rollback" });
    expect(decided([1_372, 1_400], [25_000, 26_600])).toMatchObject({ action: "rollback" });
  });

  it("lasts as long as it was to in spite of pauses, in which it shows no harm", () => {
    const counts: Record<string, Counts> = { task_success: [700, 1_000] };
    const pausedFor = (minutes: number) =>
      decideStage(
        {},
        { previous: counts, next: counts },
        { pauses: [{ from: 30 * MINUTE, until: (30 + minutes) * MINUTE }] },
      );
    expect(pausedFor(61)).toMatchObject({ action: "continue", reason: { code: "too_early" } });
    expect(pausedFor(60)).toMatchObject({ action: "promote" });
  });

  it("waits while hardly any unit has told a guardrail anything, however many were served", () => {
    const decided = (errors: Counts) =>
      decideStage(guarded, {
        previous: { task_success: [700, 1_000], error: errors },
        next: { task_success: [700, 1_000], error: errors },
      });
    expect(decided([0, 0])).toMatchObject({
      action: "continue",
      reason: { code: "too_few_units_in_an_arm", facts: { smallestArm: 0 } },
    });
    expect(decided([1, 49])).toMatchObject({ action: "continue" });
    expect(decided([1, 50])).toMatchObject({ action: "promote" });
  });
});
