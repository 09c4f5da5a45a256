import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { decide } from "#decider/decide.ts";
import { type ExperimentInput, experimentSpecSchema } from "#model/experiment/experiment.ts";
import { momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";
import { arms, decideOn, guarded, guardedArms, MINUTE, metricDefinitions } from "./decide-on.ts";

const MAXIMUM: Partial<ExperimentInput> = { maximumUnits: 4_000 };

/** Half of the way, and no better than control. */
const HOPELESS = arms([300, 1_000], [295, 1_000]);

const three = ["control", "a", "b"].map((key, index) => ({
  key,
  version: index + 1,
  weight: index === 0 ? 0.34 : 0.33,
}));

function threeArms(control: number, a: number, b: number, units = 1_000) {
  const arm = (successes: number) => ({ task_success: momentsOfCounts(successes, units) });
  return totals({ control: arm(control), a: arm(a), b: arm(b) });
}

const several = { variants: three, maximumUnits: 6_000 };

describe("what can hardly be proven better any more", () => {
  it("ends the experiment, and its sentence says what was computed", () => {
    const decided = decideOn(MAXIMUM, HOPELESS);
    expect(decided).toMatchObject({
      action: "stop",
      variant: null,
      reason: { code: "futile", facts: { variant: "treatment", treatments: 1, hopeless: 1 } },
    });
    expect(decided.sentence).toMatch(
      /^Stopped: even if 'treatment' were better by 4\.\d+ pp on task success, its chance to be proven so by 4,000 units would be [0-9]\.\d%\. 'control' stays\.$/,
    );
  });

  it("goes on while it has a chance, early on, and where the experiment says so", () => {
    const undecided = { action: "continue", reason: { code: "undecided" } };
    expect(decideOn(MAXIMUM, arms([300, 1_000], [325, 1_000]))).toMatchObject(undecided);
    const chanceAt = (units: number) =>
      decideOn(MAXIMUM, arms([150, units], [100, units])).evidence.find(({ rule }) => rule === "futility")
        ?.facts.chance;
    expect(chanceAt(390)).toBeNull();
    expect(chanceAt(410)).toBeTypeOf("number");
    expect(decideOn({ ...MAXIMUM, futility: "ignore" }, HOPELESS)).toMatchObject(undecided);
  });

  it("is not asked for without a maximum, under other rules, or where weights adapt", () => {
    expect(decideOn({ plannedUnits: 4_000 }, HOPELESS)).toMatchObject({ action: "continue" });
    const others: Partial<ExperimentInput>[] = [
      { rule: { type: "best_arm", tolerance: 0, delta: 0.05 } },
      { rule: { type: "non_inferiority", margin: { kind: "absolute", value: 0.2 }, objective: "cost_usd" } },
      { allocation: { type: "adaptive", algorithm: "top_two", minimumWeight: 0.05, phaseSeconds: 3_600 } },
      { alpha: 0.2 },
    ];
    for (const overrides of others)
      expect(decideOn({ ...MAXIMUM, ...overrides }, HOPELESS)).toMatchObject({ action: "continue" });
  });

  it("goes on to the maximum in experiments that are stored without a choice", () => {
    const { futility, ...stored } = spec(MAXIMUM);
    expect(futility).toBe("stop");
    expect(experimentSpecSchema.parse(stored).futility).toBe("ignore");
  });

  it("waits for the minima, and until every arm has enough units", () => {
    expect(decideOn({ ...MAXIMUM, minimumUnits: 3_000 }, HOPELESS)).toMatchObject({
      action: "continue",
      reason: { code: "too_few_units" },
    });
    expect(decideOn({ ...MAXIMUM, minimumDurationSeconds: 3_600 }, HOPELESS)).toMatchObject({
      reason: { code: "too_early" },
    });
    const small = { maximumUnits: 150, minimumUnits: 60 };
    expect(decideOn(small, arms([20, 45], [2, 45]))).toMatchObject({ action: "continue" });
  });

  it("waits while the data are in doubt", () => {
    const described = spec({ ...MAXIMUM, minimumUnits: 100 });
    const analysis = analyze({ spec: described, metricDefinitions, totals: HOPELESS, now: MINUTE });
    const decideWith = (changes: Partial<typeof analysis>, isRebuildPending = false) =>
      decide({
        spec: described,
        analysis: { ...analysis, ...changes },
        guardrails: [],
        isRebuildPending,
        startedAt: 0,
        now: MINUTE,
      });
    expect(decideWith({})).toMatchObject({ action: "stop", reason: { code: "futile" } });
    const { sampleRatio } = analysis;
    expect(decideWith({ sampleRatio: { ...sampleRatio, runningPValue: 0.04 } }).action).toBe("continue");
    expect(decideWith({ dataDoubts: ["too_many_multiple_exposures"] }).action).toBe("hold");
    expect(decideWith({}, true).action).toBe("hold");
    const unannounced = ["control", "treatment"].map((variant) => ({
      variant,
      units: 1_000,
      announced: 900,
    }));
    expect(decideWith({ announcements: unannounced }).action).toBe("continue");
    const metrics = analysis.metrics.map((metric) => ({
      ...metric,
      variants: metric.variants.map((arm) => ({ ...arm, effectiveUnits: 49 })),
    }));
    expect(decideWith({ metrics }).action).toBe("continue");
    const silent = { arms: [], checks: [{ variant: "treatment", difference: -0.1, pValue: 0.01 }] };
    const definitions = analysis.metrics.map((metric) => ({
      ...metric,
      reporting: metric.reporting && { ...metric.reporting, responses: silent.checks },
    }));
    expect(decideWith({ metrics: definitions }).action).toBe("continue");
  });

  it("does not end a winner that waits for a guardrail", () => {
    const data = guardedArms([300, 40, 1_000], [500, 80, 1_000]);
    expect(decideOn({ ...guarded, ...MAXIMUM }, data)).toMatchObject({
      action: "continue",
      reason: { code: "guardrail_unclear" },
    });
  });
});

describe("one of several treatments that can hardly be proven better", () => {
  it("leaves, the one with the smallest chance first, and the others go on", () => {
    const data = threeArms(300, 290, 330);
    const left = decideOn(several, data);
    expect(left).toMatchObject({ action: "switch_off", variant: "a", reason: { code: "futile" } });
    expect(left.sentence).toMatch(
      /^Switched off: even if 'a' were better by [\d.]+ pp on task success, its chance/,
    );
    expect(decideOn(several, data, MINUTE, ["a"])).toMatchObject({ action: "continue" });
  });

  it("ends the experiment with the last one", () => {
    const decided = decideOn(several, threeArms(300, 290, 295));
    expect(decided).toMatchObject({
      action: "stop",
      reason: { code: "futile", facts: { variant: "b", treatments: 2, hopeless: 2 } },
    });
    expect(decided.sentence).toContain(", and that of the others no larger.");
    const after = decideOn(several, threeArms(300, 290, 260), MINUTE, ["a"]);
    expect(after).toMatchObject({ action: "stop", reason: { facts: { variant: "b", treatments: 1 } } });
  });

  it("does not keep a winner from being promoted", () => {
    expect(decideOn(several, threeArms(300, 250, 450))).toMatchObject({ action: "promote", variant: "b" });
  });

  it("has a larger chance once others have left it their units", () => {
    const chanceOf = (switchedOff: string[]) => {
      const { evidence } = decideOn(several, threeArms(300, 200, 330), MINUTE, switchedOff);
      const facts = evidence.find(({ rule }) => rule === "futility")?.facts;
      expect(facts?.hopeless).toBe(switchedOff.length === 0 ? 1 : 0);
      return decideOn(several, threeArms(300, 328, 330), MINUTE, switchedOff).evidence.find(
        ({ rule }) => rule === "futility",
      )?.facts.chance;
    };
    expect(Number(chanceOf(["a"]))).toBeGreaterThan(Number(chanceOf([])));
  });
});

describe("giving up", () => {
  it("changes no decision but to wait, whatever the data", () => {
    const share = fc.integer({ min: 20, max: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 2_100 }), share, share, share, (units, control, a, b) => {
        const count = (percent: number) => Math.round((units * percent) / 100);
        const data = threeArms(count(control), count(a), count(b), units);
        const before = decideOn({ ...several, futility: "ignore" }, data);
        const after = decideOn(several, data);
        if (["futile", "behind_leader"].includes(after.reason.code)) expect(before.action).toBe("continue");
        else expect(after.reason).toEqual(before.reason);
        expect(after.action === "promote").toBe(before.action === "promote");
      }),
    );
  });
});
