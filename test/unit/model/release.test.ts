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
