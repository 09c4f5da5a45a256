import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shrinkEffect, spreadOfEffects } from "#analyzer/estimates/shrink.ts";
import { bell, randomNumbers } from "#tools/random-numbers.ts";

const effect = fc.record({
  estimate: fc.double({ min: -10, max: 10, noNaN: true }),
  standardError: fc.double({ min: 0.01, max: 5, noNaN: true }),
});

describe("the spread of effects", () => {
  it("is the moments' own: τ² = Σ w (y² − s²) / Σ w", () => {
    const effects = [3, -1, 2, 0, 4].map((estimate) => ({ estimate, standardError: 1 }));
    // (9 + 1 + 4 + 0 + 16 − 5) / 5 = 5.
    expect(spreadOfEffects(effects)).toBeCloseTo(Math.sqrt(5), 12);
  });

  it("is unknown of fewer than five, and none where errors explain all", () => {
    expect(spreadOfEffects([1, 2, 3, 4].map((estimate) => ({ estimate, standardError: 1 })))).toBeUndefined();
    expect(
      spreadOfEffects([0.5, -0.5, 0.2, 0, 0.1].map((estimate) => ({ estimate, standardError: 1 }))),
    ).toBe(0);
  });

  it("is found again, and selected winners are right on average once they are shrunk", () => {
    const random = randomNumbers(7);
    const [tau, error] = [0.02, 0.02];
    const runs = Array.from({ length: 20_000 }, () => {
      const truth = tau * bell(random);
      return { truth, estimate: truth + error * bell(random), standardError: error };
    });
    const spread = spreadOfEffects(runs) ?? Number.NaN;
    expect(spread).toBeCloseTo(tau, 3);
    const winners = runs.filter(({ estimate }) => estimate > 2 * error);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const truth = mean(winners.map((run) => run.truth));
    expect(mean(winners.map(({ estimate }) => estimate))).toBeGreaterThan(1.5 * truth);
    expect(mean(winners.map((run) => shrinkEffect(run, spread).estimate)) / truth).toBeCloseTo(1, 1);
  });
});

describe("a shrunk effect", () => {
  it("keeps its sign and is never larger, nor less certain", () => {
    fc.assert(
      fc.property(effect, fc.double({ min: 0, max: 10, noNaN: true }), (one, spread) => {
        const shrunk = shrinkEffect(one, spread);
        expect(Math.abs(shrunk.estimate)).toBeLessThanOrEqual(Math.abs(one.estimate));
        expect(shrunk.estimate * one.estimate).toBeGreaterThanOrEqual(0);
        expect(shrunk.standardError).toBeLessThanOrEqual(one.standardError);
      }),
    );
  });

  it("scales with the metric's unit", () => {
    fc.assert(
      fc.property(
        fc.array(effect, { minLength: 5, maxLength: 20 }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (effects, factor) => {
          const scaled = effects.map((one) => ({
            estimate: one.estimate * factor,
            standardError: one.standardError * factor,
          }));
          const [plain, wide] = [spreadOfEffects(effects) ?? 0, spreadOfEffects(scaled) ?? 0];
          const largest = Math.max(...effects.map(({ estimate }) => Math.abs(estimate)));
          expect(Math.abs(wide / factor - plain)).toBeLessThanOrEqual(1e-6 * (1 + largest));
        },
      ),
    );
  });
});
