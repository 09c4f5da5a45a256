import { describe, expect, it } from "vitest";
import type { ExperimentInput } from "#model/experiment/experiment.ts";
import { momentsOfCounts, totals } from "#tools/builders/moments-builder.ts";
import { decideOn, MINUTE } from "./decide-on.ts";

const several: Partial<ExperimentInput> = {
  variants: ["control", "a", "b"].map((key, index) => ({
    key,
    version: index + 1,
    weight: index === 0 ? 0.34 : 0.33,
  })),
  maximumUnits: 60_000,
};

const guarding: Partial<ExperimentInput> = {
  ...several,
  metrics: [
    { metric: "task_success", role: "primary" },
    { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
  ],
};

function threeArms(successes: [number, number, number], errors: [number, number, number] = [10, 10, 10]) {
  const arm = (index: 0 | 1 | 2) => ({
    task_success: momentsOfCounts(successes[index], 2_000),
    error: momentsOfCounts(errors[index], 2_000),
  });
  return totals({ control: arm(0), a: arm(1), b: arm(2) });
}

/** 'b' is ahead of control, though not proven yet, and 'a' is far behind 'b'. */
const APART = threeArms([640, 560, 700]);

describe("of several treatments, one that is proven worse than the leader", () => {
  it("leaves, and the others go on", () => {
    const decided = decideOn(several, APART);
    expect(decided).toMatchObject({
      action: "switch_off",
      variant: "a",
      reason: { code: "behind_leader", facts: { leader: "b", behind: 1, level: 0.025 } },
    });
    expect(decided.sentence).toBe(
      "Switched off: 'a' is proven worse than 'b', the best variant so far, by 7 pp on task success.",
    );
    expect(decideOn(several, APART, MINUTE, ["a"])).toMatchObject({ action: "continue" });
  });

  it("leaves also where control leads", () => {
    const margin = { kind: "absolute", value: 0.2 } as const;
    const metrics: ExperimentInput["metrics"] = [{ metric: "task_success", role: "primary", margin }];
    expect(decideOn({ ...several, metrics }, threeArms([700, 560, 690]))).toMatchObject({
      action: "switch_off",
      variant: "a",
      reason: { code: "behind_leader", facts: { leader: "control" } },
    });
  });

  it("stays while it is not proven, and where the experiment gives nothing up", () => {
    expect(decideOn(several, threeArms([640, 630, 700]))).toMatchObject({ action: "continue" });
    expect(decideOn({ ...several, futility: "ignore" }, APART)).toMatchObject({ action: "continue" });
  });

  it("stays while the leader may yet leave for harm", () => {
    expect(decideOn(guarding, APART)).toMatchObject({ action: "switch_off", variant: "a" });
    const unclear = threeArms([640, 560, 700], [40, 40, 130]);
    expect(decideOn(guarding, unclear)).toMatchObject({ action: "continue" });
  });

  it("is judged as a lower value where less is better", () => {
    const metrics: ExperimentInput["metrics"] = [{ metric: "error", role: "primary" }];
    const data = threeArms([600, 600, 600], [700, 780, 640]);
    expect(decideOn({ ...several, metrics }, data)).toMatchObject({
      action: "switch_off",
      variant: "a",
      reason: { facts: { leader: "b" } },
    });
  });
});
