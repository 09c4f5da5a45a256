import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ForecastInput } from "#decider/forecast.ts";
import { lookPlanOf } from "#model/experiment/look-plan.ts";
import { evaluate, reading } from "#test/support/forecasts.ts";
import { spec } from "#tools/builders/moments-builder.ts";

describe("a forecast in a later phase", () => {
  const metrics = [{ metric: "cost_usd", role: "primary" as const }];

  it("is later where the present weights tell less of a unit, and sooner where they tell more", () => {
    const uneven = ["control", "treatment"].map((key, index) => ({
      ...{ key, version: index + 1, weight: index === 0 ? 0.8 : 0.2 },
    }));
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 0.6, noNaN: true }), fc.boolean(), (difference, hasMaximum) => {
        const maximum = hasMaximum ? { maximumUnits: 50_000 } : {};
        const unitsWith = (variants: typeof uneven | undefined, weights: number[] | undefined) => {
          const experiment = spec({ metrics, ...maximum, ...(variants && { variants, control: "control" }) });
          const forecast = evaluate({
            spec: experiment,
            latestSummary: reading(1_000, -difference, lookPlanOf(experiment)),
            unitsPerDay: 10_000,
            ...(weights && { weights }),
          });
          if (forecast.status !== "expected") throw new Error(forecast.reason);
          return forecast.units;
        };
        expect(unitsWith(undefined, [0.9, 0.1])).toBeGreaterThanOrEqual(unitsWith(undefined, undefined));
        expect(unitsWith(uneven, [0.5, 0.5])).toBeLessThanOrEqual(unitsWith(uneven, undefined));
        // Hardly different weights, by the other way of computing it.
        const close = unitsWith(undefined, [0.5001, 0.4999]);
        expect(Math.abs(close - unitsWith(undefined, undefined))).toBeLessThanOrEqual(0.01 * close + 2);
      }),
    );
  });

  it("waits for an arm that gets few units now", () => {
    const experiment = spec({ metrics, minimumUnits: 2 });
    const forecast = evaluate({
      spec: experiment,
      latestSummary: reading(60, -8),
      weights: [0.95, 0.05],
    });
    // It has 30 of its 50 units, and gets 5 of the 100 a day.
    expect(forecast).toMatchObject({ status: "expected", basis: "minimum" });
    expect(forecast.status === "expected" && forecast.days).toBeCloseTo(4, 6);
  });

  it("asks nothing of a treatment that has left", () => {
    const variants = ["control", "treatment", "other"].map((key, index) => ({
      ...{ key, version: index + 1, weight: 1 / 3 },
    }));
    const experiment = spec({ metrics, variants });
    expect(evaluate({ spec: experiment })).toMatchObject({ reason: "insufficient_data" });
    const left = { switchedOff: ["other"], weights: [0.5, 0.5, 0] };
    expect(evaluate({ spec: experiment, ...left })).toMatchObject({
      status: "expected",
      basis: "observed_difference",
    });
  });
});

describe("a forecast of futility", () => {
  const metrics = [{ metric: "cost_usd", role: "primary" as const }];
  const experiment = spec({ metrics, maximumUnits: 4_000 });
  const at = (difference: number, overrides: Partial<ForecastInput> = {}) =>
    evaluate({
      spec: experiment,
      latestSummary: reading(2_000, difference, lookPlanOf(experiment)),
      ...overrides,
    });

  it("is told where it is more likely than not, and more likely the less is left to hope for", () => {
    const [none, small] = [at(0), at(-0.05)];
    if (none.status !== "expected" || small.status !== "expected") throw new Error("both have a maximum");
    expect(none).toMatchObject({ basis: "maximum" });
    expect(none.futileChance).toBeGreaterThan(0.8);
    expect(none.futileChance).toBeGreaterThan(small.futileChance ?? 0.5);
    expect(at(-0.3)).not.toHaveProperty("futileChance");
  });

  it("is not told where nothing is given up, or the weights have changed", () => {
    const goesOn = spec({ metrics, maximumUnits: 4_000, futility: "ignore" });
    expect(at(0, { spec: goesOn })).not.toHaveProperty("futileChance");
    expect(at(0, { weights: [0.7, 0.3] })).not.toHaveProperty("futileChance");
  });
});
