import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divideGrowth } from "#assigner/bucket-ranges.ts";
import { growthAfter } from "#assigner/growth.ts";
import { layoutOf, layoutWithWeights } from "#assigner/layout.ts";
import { segmentsInPhase, variantInPhase } from "#assigner/variant-in-phase.ts";
import { type Growth, growthSchema } from "#model/release/release.ts";
import { rulesetExperiment } from "#tools/builders/ruleset-builder.ts";

const arbitraryArms = fc
  .array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 10 })
  .map((sizes) => sizes.map((size) => size / sizes.reduce((sum, one) => sum + one, 0)));

const arbitraryExperiment = fc
  .record({
    weights: arbitraryArms,
    coverage: fc.double({ min: 0.05, max: 1, noNaN: true }),
    winner: fc.nat(),
    control: fc.nat(),
    /** How often the weights have changed. */
    changes: fc.integer({ min: 0, max: 4 }),
  })
  .map(({ weights, coverage, winner, control, changes }) => {
    const keys = weights.map((_, index) => `arm-${index}`);
    const winnerKey = keys[winner % keys.length] ?? "";
    const others = keys.filter((key) => key !== winnerKey);
    const experiment = rulesetExperiment("experiment", weights, {
      control: others[control % others.length] ?? "",
      coverage,
    });
    if (changes === 0) return { experiment, winner: winnerKey };
    let [ranges, newest] = [layoutOf({ weights }, coverage), weights];
    for (let change = 0; change < changes; change++) {
      newest = change % 2 === 0 ? newest.toReversed() : [...newest.slice(1), newest[0] ?? 0];
      ranges = layoutWithWeights(ranges, newest);
    }
    return {
      experiment: { ...experiment, phases: [{ startedAt: 0, weights: newest, ranges }] },
      winner: winnerKey,
    };
  });

function stageOf(growth: Growth, share: number) {
  return rulesetExperiment("experiment", [1 - share, share], {
    variants: [
      { key: "previous", version: 1, weight: 1 - share },
      { key: "next", version: 2, weight: share },
    ],
    control: "previous",
    growth,
  });
}

const UNITS = Array.from({ length: 300 }, (_, index) => `unit-${index}`);
const arbitraryShare = fc.double({ min: 0.01, max: 0.99, noNaN: true });

describe("the growth of a release", () => {
  it("is one that can be stored and read again, whatever weights sum to by rounding errors", () => {
    fc.assert(
      fc.property(arbitraryExperiment, ({ experiment, winner }) => {
        const phases = [{ startedAt: 0, weights: experiment.variants.map(({ weight }) => weight + 1e-7) }];
        for (const one of [experiment, { ...experiment, phases }])
          expect(growthSchema.safeParse(growthAfter(one, winner)).error).toBeUndefined();
      }),
    );
  });

  it("covers all buckets once, and its two parts have the lengths that are asked for", () => {
    fc.assert(
      fc.property(arbitraryExperiment, arbitraryShare, ({ experiment, winner }, share) => {
        const growth = growthAfter(experiment, winner);
        const { grown, rest } = divideGrowth(growth, share);
        const sorted = [...grown, ...rest].toSorted((a, b) => a.start - b.start);
        expect(sorted[0]?.start).toBe(0);
        expect(sorted.at(-1)?.end).toBeCloseTo(1, 9);
        for (const [index, { start }] of sorted.entries())
          if (index > 0) expect(start).toBeCloseTo(sorted[index - 1]?.end ?? 0, 9);
        const length = grown.reduce((sum, { start, end }) => sum + end - start, 0);
        expect(length).toBeCloseTo(share, 6);
      }),
    );
  });

  it("moves nobody back: who has the new version keeps it in every larger stage", () => {
    fc.assert(
      fc.property(
        arbitraryExperiment,
        arbitraryShare,
        arbitraryShare,
        ({ experiment, winner }, one, other) => {
          const growth = growthAfter(experiment, winner);
          const [small, large] = [
            stageOf(growth, Math.min(one, other)),
            stageOf(growth, Math.max(one, other)),
          ];
          for (const unit of UNITS)
            if (variantInPhase(small, 0, unit) === "next")
              expect(variantInPhase(large, 0, unit)).toBe("next");
        },
      ),
      { numRuns: 50 },
    );
  });

  it("leaves the winner's units with it, and holds back units that have always had the control", () => {
    fc.assert(
      fc.property(arbitraryExperiment, ({ experiment, winner }) => {
        const growth = growthAfter(experiment, winner);
        const place = experiment.variants.findIndex(({ key }) => key === winner);
        const control = experiment.variants.findIndex(({ key }) => key === experiment.control);
        const widthOf = (variant: number) =>
          segmentsInPhase(experiment)
            .filter((segment) => segment.variant === variant)
            .reduce((sum, { range }) => sum + range.end - range.start, 0);
        const [own, controls] = [widthOf(place), widthOf(control)];
        const grown = stageOf(growth, Math.min(0.99, own + 1e-6));
        const held = stageOf(growth, 1 - Math.min(0.99, controls) / 2);
        for (const unit of UNITS) {
          const before = variantInPhase(experiment, 0, unit);
          if (before === winner) expect(variantInPhase(grown, 0, unit)).toBe("next");
          if (variantInPhase(held, 0, unit) === "previous") expect(before).toBe(experiment.control);
        }
      }),
      { numRuns: 100 },
    );
  });
});
