import { describe, expect, it } from "vitest";
import type { ExperimentInput } from "#model/experiment/experiment.ts";
import { momentsOfCounts, totals } from "#tools/builders/moments-builder.ts";
import { arms, decideOn, guarded, guardedArms } from "../decider/decide-on.ts";

const relative: Partial<ExperimentInput> = {
  metrics: [
    { metric: "task_success", role: "primary" },
    { metric: "error", role: "guardrail", margin: { kind: "relative", value: 0.5 } },
  ],
};

describe("a proven winner that a guardrail holds", () => {
  it("is told with the bounds of the harm, and what more units are expected to show", () => {
    const { sentence, reason } = decideOn(guarded, guardedArms([300, 40, 1_000], [500, 80, 1_000]));
    expect(reason.code).toBe("guardrail_unclear");
    expect(sentence).toMatch(
      /^Waiting: 'treatment' is proven better: task success \+20 pp .*, but its harm to the guardrail errors is not proven to stay within 5 pp yet: \+4\.0 pp, between \S+ pp and \+\S+ pp \(2,000 units so far; expected to be safe at about [\d,]+ units\)\.$/,
    );
  });

  it("is told where the maximum ends the experiment", () => {
    const data = guardedArms([300, 40, 1_000], [500, 80, 1_000]);
    const { sentence, action } = decideOn({ ...guarded, maximumUnits: 2_000 }, data);
    expect(action).toBe("stop");
    expect(sentence).toMatch(
      /^Stopped: nothing could be promoted after 2,000 units\. 'treatment' is proven better: task success \+20 pp .*, but its harm to the guardrail errors could not be shown to stay within 5 pp: \+4\.0 pp, between \S+ pp and \+\S+ pp\. With this harm about [\d,]+ units would have shown it, and there were 2,000\. 'control' stays\.$/,
    );
    const late = decideOn({ ...guarded, maximumDurationSeconds: 60 }, data);
    expect(late.sentence).toMatch(/^Stopped: nothing could be promoted in the time given\. 'treatment'/);
  });

  it("is told in shares of the control's value where the margin is one", () => {
    const { sentence } = decideOn(relative, guardedArms([300, 100, 1_000], [500, 130, 1_000]));
    const [, change, lower, upper] =
      /stay within 50% yet: (\S+)%, between (\S+)% and (\S+)% /.exec(sentence.replaceAll("−", "-")) ?? [];
    expect(Number(change)).toBeCloseTo(30, 0);
    expect(Number(lower)).toBeLessThan(0);
    expect(Number(upper)).toBeGreaterThan(50);
  });

  it("has bounds in the metric's own direction, where less is harm", () => {
    const metrics: ExperimentInput["metrics"] = [
      { metric: "error", role: "primary" },
      { metric: "task_success", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
    ];
    const { sentence } = decideOn({ metrics }, guardedArms([500, 300, 1_000], [470, 100, 1_000]));
    expect(sentence).toMatch(
      /the guardrail task success is not proven to stay within 5 pp yet: −3 pp, between −\d+ pp and \+\d+ pp/,
    );
  });

  it("is not expected to be safe with more units where its harm is beyond the margin", () => {
    const data = guardedArms([300, 40, 1_000], [500, 92, 1_000]);
    expect(decideOn(guarded, data).sentence).toContain("not expected to become safe as it stands");
    expect(decideOn({ ...guarded, maximumUnits: 2_000 }, data).sentence).toContain(
      "With this harm more units would not have shown it.",
    );
  });

  it("is told where too few units have the guardrail's metric", () => {
    const arm = (successes: number) => ({
      task_success: momentsOfCounts(successes, 1_000),
      error: momentsOfCounts(0, 5),
    });
    const data = totals({ control: arm(300), treatment: arm(500) });
    expect(decideOn({ ...guarded, maximumUnits: 2_000 }, data).sentence).toContain(
      "but the guardrail errors could not be judged: too few units have this metric.",
    );
  });
});

describe("an experiment that ends without a winner", () => {
  it("is told as that", () => {
    expect(decideOn({ maximumUnits: 2_000 }, arms([300, 1_000], [320, 1_000])).sentence).toBe(
      "Stopped: no proven winner after 2,000 units; 'control' stays.",
    );
  });
});
