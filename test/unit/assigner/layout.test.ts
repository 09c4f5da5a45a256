import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf, layoutWithCoverage, layoutWithWeights, movedShare } from "#assigner/layout.ts";
import { segmentsInPhase, variantInPhase } from "#assigner/variant-in-phase.ts";
import type { PhaseRange } from "#model/experiment/phase.ts";
import { rulesetExperiment } from "#tools/builders/ruleset-builder.ts";

const UNITS = Array.from({ length: 400 }, (_, index) => `unit-${index}`);

const arbitraryWeights = (arms: number) =>
  fc
    .array(fc.integer({ min: 0, max: 20 }), { minLength: arms, maxLength: arms })
    .filter((sizes) => sizes.filter((size) => size > 0).length >= 2)
    .map((sizes) => sizes.map((size) => size / sizes.reduce((sum, one) => sum + one, 0)));

const arbitraryPlan = fc.integer({ min: 2, max: 6 }).chain((arms) =>
  fc.record({
    first: arbitraryWeights(arms),
    second: arbitraryWeights(arms),
    third: arbitraryWeights(arms),
    coverages: fc
      .array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
      .map((all) => all.toSorted()),
  }),
);

const lengthOf = (ranges: readonly PhaseRange[], isWanted: (range: PhaseRange) => boolean = () => true) =>
  ranges.filter(isWanted).reduce((sum, [, start, end]) => sum + end - start, 0);

function experimentWith(weights: readonly number[], ranges: PhaseRange[] | undefined, coverage: number) {
  const phases = [{ startedAt: 0, weights: [...weights], ...(ranges && { ranges }) }];
  return { ...rulesetExperiment("experiment", [...weights], { coverage }), phases };
}

function expectShares(ranges: readonly PhaseRange[], weights: readonly number[], coverage: number) {
  expect(lengthOf(ranges)).toBeCloseTo(coverage, 6);
  for (const layer of new Set(ranges.map(([, , , number]) => number))) {
    const all = lengthOf(ranges, (range) => range[3] === layer);
    for (const [variant, weight] of weights.entries())
      expect(lengthOf(ranges, (range) => range[3] === layer && range[0] === variant)).toBeCloseTo(
        all * weight,
        6,
      );
  }
  for (const [index, [, , end]] of ranges.entries())
    expect((ranges[index + 1]?.[1] ?? 1) - end).toBeGreaterThan(-1e-8);
}

describe("the buckets of a phase", () => {
  it("are those that weights and coverage give, until weights change", () => {
    fc.assert(
      fc.property(arbitraryPlan, ({ first, coverages: [small = 1, , large = 1] }) => {
        const earlierCoverages = small < large ? [small] : [];
        const ranges = layoutOf({ weights: first, earlierCoverages }, large);
        const plain = experimentWith(first, undefined, large);
        const laid = experimentWith(first, ranges, large);
        // A bucket at a boundary may fall to the other side by a rounding error.
        const differing = UNITS.filter(
          (unit) => variantInPhase(plain, 0, unit) !== variantInPhase(laid, 0, unit),
        );
        expect(differing.length).toBeLessThanOrEqual(2);
        expectShares(ranges, first, large);
      }),
    );
  });

  it("change only from variants that lose weight to those that gain, and each layer keeps the weights", () => {
    fc.assert(
      fc.property(arbitraryPlan, ({ first, second, coverages: [small = 1, middle = 1] }) => {
        const before = layoutOf({ weights: first, earlierCoverages: [small] }, middle);
        const after = layoutWithWeights(before, second);
        expectShares(after, second, middle);
        const lost = first.reduce((sum, weight, arm) => sum + Math.max(0, weight - (second[arm] ?? 0)), 0);
        expect(movedShare(before, after)).toBeCloseTo(lost * middle, 6);
        const keepers = first.flatMap((weight, arm) => ((second[arm] ?? 0) >= weight ? [arm] : []));
        expect(movedShare(before, after, (variant) => keepers.includes(variant))).toBeCloseTo(0, 6);
      }),
    );
  });

  it("grow without moving anybody, and what comes in is shared by the weights", () => {
    fc.assert(
      fc.property(
        arbitraryPlan,
        ({ first, second, third, coverages: [small = 1, middle = 1, large = 1] }) => {
          const changed = layoutWithWeights(layoutOf({ weights: first }, small), second);
          const grown = layoutWithCoverage(changed, second, middle);
          expectShares(grown, second, middle);
          expect(movedShare(changed, grown)).toBe(0);
          const again = layoutWithCoverage(layoutWithWeights(grown, third), third, large);
          expectShares(again, third, large);
        },
      ),
    );
  });

  it("are read by the assigner in each phase", () => {
    const first = [0.5, 0.5];
    const ranges = layoutWithWeights(layoutOf({ weights: first }, 1), [0.8, 0.2]);
    const experiment = {
      ...experimentWith(first, undefined, 1),
      phases: [
        { startedAt: 0, weights: first },
        { startedAt: 1, weights: [0.8, 0.2], ranges },
      ],
    };
    expect(segmentsInPhase(experiment)).toHaveLength(ranges.length);
    const arms = UNITS.map((unit) => [0, 1].map((phase) => variantInPhase(experiment, phase, unit)));
    const [kept, moved] = [
      ["arm-0", "arm-0"],
      ["arm-1", "arm-0"],
    ].map((wanted) => arms.filter((pair) => pair.join() === wanted.join()).length);
    expect((kept ?? 0) / UNITS.length).toBeCloseTo(0.5, 1);
    expect((moved ?? 0) / UNITS.length).toBeCloseTo(0.3, 1);
    expect(arms.filter((pair) => pair.join() === "arm-0,arm-1")).toEqual([]);
  });
});
