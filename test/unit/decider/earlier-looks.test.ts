import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EarlierLook } from "#model/analysis/earlier-look.ts";
import type { EvaluatedExperiment } from "#model/analysis/evaluation-inputs.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { ExperimentInput } from "#model/experiment/experiment.ts";
import { evaluate } from "#results/evaluate.ts";
import { momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";
import { guarded, guardedArms, MINUTE, metricDefinitions } from "./decide-on.ts";

function experiment(
  overrides: Partial<ExperimentInput> = {},
  rest: Partial<EvaluatedExperiment> = {},
): EvaluatedExperiment {
  return {
    spec: spec({ minimumUnits: 100, plannedUnits: 2_000, ...guarded, ...overrides }),
    ...{
      metricDefinitions,
      startedAt: 0,
      liveVersionAtStart: 1,
      pauses: [],
      switchedOff: [],
      acceptances: [],
    },
    ...{ phases: [{ startedAt: 0, weights: [0.5, 0.5] }], exclusions: [], rebuildPendingSince: null },
    ...{ recounts: 0, doubts: null },
    ...rest,
  };
}

/** Better by eight points, which is proven, while errors may yet be too many. */
const proven = guardedArms([300, 50, 1_000], [380, 70, 1_000]);
/** Better by five points, which is not, with errors that are few enough. */
const safe = guardedArms([360, 60, 1_200], [420, 66, 1_200]);

function look(
  data: ExperimentTotals,
  previous?: EarlierLook,
  { of = experiment(), minute = 2 }: { of?: EvaluatedExperiment; minute?: number } = {},
) {
  return evaluate(of, [data], minute * MINUTE, { previous, liveVersion: 1 });
}

const first = (of?: EvaluatedExperiment, data = proven) =>
  look(data, undefined, { ...(of && { of }), minute: 1 }).snapshot;

/** The looks of an experiment, one after the other. */
const decisionAfter = (before: EarlierLook, data: ExperimentTotals, of?: EvaluatedExperiment) =>
  look(data, before, { ...(of && { of }) }).snapshot.decision;

describe("a gain that an earlier look has proven", () => {
  it("is promoted once the guardrails are safe, and says so", () => {
    const before = first();
    expect(before.decision).toMatchObject({ action: "continue", reason: { code: "guardrail_unclear" } });
    expect(before.analysis.proofs).toMatchObject([{ variant: "treatment", takenAt: MINUTE }]);
    expect(look(safe).snapshot.decision).toMatchObject({ action: "continue", reason: { code: "undecided" } });
    const { snapshot, summary } = look(safe, before.analysis);
    expect(snapshot.decision).toMatchObject({
      action: "promote",
      variant: "treatment",
      reason: { code: "superior", facts: { provenAt: MINUTE, provenAtUnits: 2_000 } },
    });
    expect(summary).toContain("'treatment' is better than 'control', as proven at 2,000 units:");
  });

  it("stays while guardrails are undecided, with the strongest of all looks", () => {
    const weaker = guardedArms([330, 55, 1_100], [405, 88, 1_100]);
    const before = first();
    const { analysis, decision } = look(weaker, before.analysis).snapshot;
    expect(decision.reason.code).toBe("guardrail_unclear");
    expect(analysis.proofs).toEqual(before.analysis.proofs);
    expect(decisionAfter(analysis, safe)).toMatchObject({ action: "promote" });
  });

  it("leaves a look as it is when that is computed from itself", () => {
    for (const data of [proven, safe]) {
      const once = look(data, first().analysis).snapshot;
      expect(look(data, once.analysis).snapshot).toEqual(once);
    }
  });

  it("is none where something else than guardrails stood in its way", () => {
    const changed = { ...experiment(), liveVersionAtStart: 2 };
    for (const of of [
      experiment({ minimumUnits: 2_200 }),
      experiment({ minimumDurationSeconds: 90 }),
      experiment({}, { rebuildPendingSince: 1 }),
      changed,
      experiment({}, { switchedOff: [{ variant: "treatment", reason: "", actor: "cron", at: 1 }] }),
    ])
      expect(first(of).analysis.proofs).toEqual([]);
    const doubtful = { ...proven, multipleExposureUnits: 200 };
    expect(first(undefined, doubtful).analysis.proofs).toEqual([]);
  });

  it("is asked for only where the primary metric of fixed weights decides", () => {
    const metrics: ExperimentInput["metrics"] = [
      ...(guarded.metrics ?? []),
      { metric: "cost_usd", role: "secondary" },
    ];
    const margin = { kind: "absolute", value: 0.02 } as const;
    for (const of of [
      experiment({ metrics, rule: { type: "non_inferiority", margin, objective: "cost_usd" } }),
      experiment({ rule: { type: "best_arm", tolerance: 0, delta: 0.05 } }),
      experiment({
        allocation: { type: "adaptive", algorithm: "thompson", minimumWeight: 0.1, phaseSeconds: 3_600 },
      }),
    ])
      expect(first(of).analysis.proofs).toEqual([]);
  });

  it("is forgotten where data of before were taken out or counted anew, or anything else is not as it was", () => {
    const { analysis } = first();
    const withBasis = (changes: object): EarlierLook => ({
      ...analysis,
      proofs: analysis.proofs.map((proof) => ({ ...proof, basis: { ...proof.basis, ...changes } })),
    });
    const exclusion = { from: 0, until: 1, reason: "", actor: "a", at: 1, hasChangedTotals: true };
    const cases: [EarlierLook, ExperimentTotals, EvaluatedExperiment][] = [
      [analysis, safe, experiment({}, { recounts: 1 })],
      [analysis, safe, experiment({}, { exclusions: [{ ...exclusion, countedAt: 1.5 * MINUTE }] })],
      [analysis, { ...safe, multipleExposureUnits: 1 }, experiment()],
      [analysis, { ...safe, erasedUnits: 1 }, experiment()],
      [analysis, { ...safe, excludedUnits: 1 }, experiment()],
      [analysis, { ...safe, excludedEvents: 1 }, experiment()],
      [analysis, guardedArms([299, 50, 998], [345, 50, 1_020]), experiment()],
      [analysis, guardedArms([306, 51, 1_020], [337, 49, 998]), experiment()],
      [withBasis({ engineVersion: "9" }), safe, experiment()],
      [withBasis({ alpha: 0.1 }), safe, experiment()],
      [withBasis({ horizon: "maximum" }), safe, experiment()],
      [withBasis({ maximumUnits: 4_000 }), safe, experiment()],
      [withBasis({ metric: "error" }), safe, experiment()],
    ];
    for (const data of [safe, guardedArms([299, 50, 1_000], [345, 50, 1_020])])
      expect(decisionAfter(analysis, data)).toMatchObject({ action: "promote" });
    for (const [before, data, of] of cases) {
      const { snapshot } = look(data, before, { of });
      expect(snapshot.decision.action).toBe("continue");
      expect(snapshot.analysis.proofs).toEqual([]);
    }
  });

  it("is forgotten for good at the first look that speaks against it", () => {
    const { analysis } = first();
    const doubtful = { ...guardedArms([330, 55, 1_100], [405, 75, 1_100]), multipleExposureUnits: 200 };
    const worse = guardedArms([330, 55, 1_100], [325, 60, 1_100]);
    const hardlyBetter = guardedArms([330, 55, 1_100], [332, 60, 1_100]);
    for (const between of [doubtful, worse, hardlyBetter]) {
      const { analysis: next } = look(between, analysis).snapshot;
      expect(next.proofs).toEqual([]);
      const last = { ...safe, multipleExposureUnits: between.multipleExposureUnits };
      expect(decisionAfter(next, last).action).not.toBe("promote");
    }
  });

  it("is not what only Holm's correction for several treatments proves, as that depends on the others", () => {
    const arm = (successes: number, errors: number) => ({
      task_success: momentsOfCounts(successes, 1_000),
      error: momentsOfCounts(errors, 1_000),
    });
    const variants = ["control", "treatment", "other"].map((key, index) => ({
      ...{ key, version: index + 1 },
      weight: [0.34, 0.33, 0.33][index] ?? 0,
    }));
    const data = totals({ control: arm(300, 50), treatment: arm(366, 85), other: arm(450, 85) });
    const { analysis } = first(experiment({ variants, control: "control" }), data);
    const corrected = analysis.metrics[0]?.comparisons.flatMap(({ difference }) =>
      difference.status === "ok" ? (difference.corrected?.alwaysValid ?? []) : [],
    );
    expect(corrected?.map(({ pValue }) => pValue < 0.05)).toEqual([true, true]);
    expect(corrected?.[0]?.interval.lower).toBeLessThan(0);
    expect(analysis.proofs.map(({ variant }) => variant)).toEqual(["other"]);
  });

  it("is taken over by no look that ends the experiment without it", () => {
    const { decision, analysis } = first(
      experiment({ maximumUnits: 2_000 }),
      guardedArms([300, 50, 1_000], [380, 88, 1_000]),
    );
    expect(decision).toMatchObject({ action: "stop", reason: { code: "maximum_units_reached" } });
    expect(analysis.proofs).toEqual([]);
  });

  it("promotes nothing whose guardrail is harmed or undecided", () => {
    const { analysis } = first();
    const harmed = guardedArms([360, 60, 1_200], [420, 260, 1_200]);
    expect(decisionAfter(analysis, harmed)).toMatchObject({ action: "rollback" });
    const undecided = guardedArms([360, 60, 1_200], [420, 90, 1_200]);
    expect(decisionAfter(analysis, undecided).action).toBe("continue");
  });

  it("changes no decision but to wait or to end without a winner, and only after a look that was significant", () => {
    const percent = (min: number, max: number) => fc.integer({ min, max });
    const step = fc.record({
      units: fc.integer({ min: 50, max: 600 }),
      rates: fc.tuple(percent(25, 45), percent(25, 45)),
      errors: fc.tuple(percent(0, 8), percent(0, 8)),
    });
    // Steps of chance alone seldom prove a gain, lose it and then clear the guardrail.
    const gain = fc.record({
      units: fc.constant(1_000),
      rates: fc.tuple(percent(29, 31), percent(37, 39)),
      errors: fc.tuple(percent(5, 5), percent(7, 8)),
    });
    const setback = fc.record({
      units: fc.integer({ min: 100, max: 300 }),
      rates: fc.tuple(percent(36, 40), percent(25, 30)),
      errors: fc.tuple(percent(5, 6), percent(0, 2)),
    });
    const anyCourse = fc.array(step, { minLength: 2, maxLength: 6 });
    const course = fc.oneof(
      anyCourse,
      fc.tuple(gain, setback, anyCourse).map(([won, lost, others]) => [won, lost, ...others]),
    );
    let promotions = 0;
    fc.assert(
      fc.property(course, (steps) => {
        const of = experiment({ maximumUnits: 5_000 });
        const counts: Record<"control" | "treatment", [number, number, number]> = {
          control: [0, 0, 0],
          treatment: [0, 0, 0],
        };
        let previous: EarlierLook | undefined;
        let wasSignificant = false;
        for (const [index, { units, rates, errors }] of steps.entries()) {
          for (const [arm, key] of (["control", "treatment"] as const).entries()) {
            const [successes, failures, all] = counts[key];
            const share = (rate = 0) => Math.round((rate * units) / 100);
            counts[key] = [successes + share(rates[arm]), failures + share(errors[arm]), all + units];
          }
          const data = guardedArms(counts.control, counts.treatment);
          const { snapshot } = look(data, previous, { of, minute: index + 1 });
          const alone = look(data, previous && { ...previous, proofs: [] }, { of, minute: index + 1 });
          const { decision } = snapshot;
          if (decision.action !== alone.snapshot.decision.action) {
            expect(["continue", "stop"]).toContain(alone.snapshot.decision.action);
            expect(["continue", "promote"]).toContain(decision.action);
            expect(wasSignificant).toBe(true);
            const { observedGain } = decision.reason.facts;
            if (decision.action === "promote") expect(observedGain).toBeGreaterThan(0);
            if (decision.action === "promote") promotions += 1;
          }
          const primary = snapshot.analysis.metrics[0]?.comparisons[0]?.difference;
          if (primary?.status === "ok")
            wasSignificant ||= primary.estimate > 0 && primary.alwaysValid.pValue < of.spec.alpha;
          if (decision.action !== "continue") return;
          previous = snapshot.analysis;
        }
      }),
      { numRuns: 300 },
    );
    expect(promotions).toBeGreaterThan(0);
  });
});
