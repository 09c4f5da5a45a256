import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { experimentInputSchema, experimentSpecSchema } from "#model/experiment/experiment.ts";
import { promotionPlanSchema, stagesOf } from "#model/release/promotion-plan.ts";
import { stageSpecOf } from "#model/release/stage-spec.ts";
import { spec } from "#tools/builders/moments-builder.ts";

const arbitraryPlan = fc.record({
  stages: fc
    .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 9 })
    .map((stages) => [...stages.toSorted((a, b) => a - b), 100]),
  holdback: fc.oneof(fc.double({ min: 0, max: 0.5, noNaN: true }), fc.constantFrom(1e-17, 1e-300)),
});

describe("the stages of a release", () => {
  const plan = promotionPlanSchema.parse({ stages: [10, 25, 60, 100] });
  const sharesAfter = (share: number, isWhole?: boolean) =>
    stagesOf(plan, share, isWhole).map((stage) => stage.share);

  it("are those that are larger than what the winner has", () => {
    expect(sharesAfter(0)).toEqual([0.1, 0.25, 0.6, 0.95]);
    expect(sharesAfter(0.5)).toEqual([0.6, 0.95]);
    expect(sharesAfter(0.25)).toEqual([0.6, 0.95]);
  });

  it("begin with the winner's buckets where only some of the units in them could take part", () => {
    expect(sharesAfter(0.5, false)).toEqual([0.5, 0.6, 0.95]);
    expect(sharesAfter(0.25, false)).toEqual([0.25, 0.6, 0.95]);
    expect(sharesAfter(0.97, false)).toEqual([]);
  });
});

describe("a stage of a release", () => {
  it("is an experiment that can be stored and read again, whatever the plan and the error rate", () => {
    const alphas = fc.constantFrom(1e-6, 3e-6, 0.05, 0.5);
    fc.assert(
      fc.property(arbitraryPlan, alphas, fc.constantFrom("previous", "large"), (rawPlan, alpha, key) => {
        expect(experimentInputSchema.shape.alpha.parse(alpha)).toBe(alpha);
        const stages = stagesOf(promotionPlanSchema.parse(rawPlan), 0);
        for (const stage of stages.keys()) {
          const release = { origin: null, name: "release", stages, stage, previousVersion: 1 };
          const made = stageSpecOf(spec({ alpha }), "release", { key, version: 2 }, release, [[0, 1]]);
          expect(experimentSpecSchema.safeParse(made).error).toBeUndefined();
        }
      }),
    );
  });
});
