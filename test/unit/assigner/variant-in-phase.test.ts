import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assign } from "#assigner/assign.ts";
import { variantInPhase } from "#assigner/variant-in-phase.ts";
import { rulesetExperiment, rulesetOf } from "#tools/builders/ruleset-builder.ts";

const weights = fc
  .array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 6 })
  .map((parts) => parts.map((part) => part / parts.reduce((sum, other) => sum + other, 0)));
const share = fc.double({ min: 0, max: 1, noNaN: true });
const namespace = fc
  .tuple(share, share)
  .filter(([one, other]) => one !== other)
  .map((range) => ({ name: "shared", range: range.toSorted((a, b) => a - b) as [number, number] }));
const unit = fc.string({ minLength: 1, maxLength: 30 });

describe("the variant of a unit in a phase", () => {
  it("is the one that assignment gives in the newest phase, whatever the weights, coverage and namespace", () => {
    fc.assert(
      fc.property(
        weights,
        share,
        fc.option(namespace, { nil: undefined }),
        fc.string({ minLength: 1 }),
        unit,
        (ofArms, coverage, within, seed, name) => {
          const experiment = rulesetExperiment("x", ofArms, {
            coverage,
            seed,
            ...(within && { namespace: within }),
          });
          const result = assign(rulesetOf(experiment), "answer", name);
          const assigned = result.ok ? (result.assignment.variant ?? undefined) : undefined;
          expect(variantInPhase(experiment, 0, name)).toBe(assigned);
        },
      ),
    );
  });

  it("never changes as the coverage grows", () => {
    fc.assert(
      fc.property(weights, share, share, unit, (ofArms, one, other, name) => {
        const at = (coverage: number) =>
          variantInPhase(rulesetExperiment("x", ofArms, { coverage }), 0, name);
        const before = at(Math.min(one, other));
        if (before !== undefined) expect(at(Math.max(one, other))).toBe(before);
      }),
    );
  });

  it("is that of the phase's own weights, not of the newest ones", () => {
    const phases = [
      { startedAt: 0, weights: [0.9, 0.1] },
      { startedAt: 1, weights: [0.1, 0.9] },
    ];
    const experiment = rulesetExperiment("x", [0.5, 0.5], { phases });
    const names = Array.from({ length: 1_000 }, (_, index) => `user-${index}`);
    const shareOfFirst = (phase: number) =>
      names.filter((name) => variantInPhase(experiment, phase, name) === "arm-0").length / names.length;
    expect(shareOfFirst(0)).toBeGreaterThan(0.85);
    expect(shareOfFirst(1)).toBeLessThan(0.15);
  });
});
