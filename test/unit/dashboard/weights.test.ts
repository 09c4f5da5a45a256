import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WHOLE_WEIGHT, weightsAroundControl } from "#dashboard/features/experiment-form/draft/weights.ts";

describe("the shares that a form starts with", () => {
  it("are equal with one treatment", () => {
    expect(weightsAroundControl(2, 0)).toEqual([500_000, 500_000]);
  });

  it("give control √k times the share of each of k treatments, wherever it stands", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10 }), fc.nat({ max: 9 }), (count, place) => {
        const control = place % count;
        const weights = weightsAroundControl(count, control);
        const others = weights.filter((_, index) => index !== control);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(WHOLE_WEIGHT);
        expect(Math.max(...others) - Math.min(...others)).toBeLessThanOrEqual(200);
        expect((weights[control] ?? 0) / (others[0] ?? 1)).toBeCloseTo(Math.sqrt(count - 1), 1);
      }),
    );
  });

  it("say of nobody in particular that it is control where there is none", () => {
    expect(weightsAroundControl(4, -1)).toEqual([250_000, 250_000, 250_000, 250_000]);
  });
});
