import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mixtureVariance, twoSidedPValue } from "#analyzer/sequential/always-valid.ts";
import { boundedPValue } from "#analyzer/sequential/bounded.ts";
import { unitsUntilEvident } from "#analyzer/sequential/units-until-evident.ts";
import type { ForecastInput } from "#decider/forecast.ts";
import { lookPlanOf } from "#model/experiment/look-plan.ts";
import { evaluate, look, reading } from "#test/support/forecasts.ts";
import { spec } from "#tools/builders/moments-builder.ts";

const arbitraryDifference = fc.double({ min: 0.05, max: 3, noNaN: true });

describe("the units until a difference is evident", () => {
  it("are where the always-valid p-value falls below the level, neither later nor much earlier", () => {
    const arbitrary = fc.record({
      score: fc.double({ min: 0.01, max: 30, noNaN: true }),
      units: fc.integer({ min: 10, max: 1_000_000 }),
      plannedUnits: fc.integer({ min: 10, max: 1_000_000 }),
      level: fc.double({ min: 1e-6, max: 0.2, noNaN: true }),
    });
    fc.assert(
      fc.property(arbitrary, ({ score, units, plannedUnits, level }) => {
        const alpha = 0.05;
        const until = unitsUntilEvident(
          { score, units },
          { alpha, level, plan: { horizon: "open", plannedUnits } },
        );
        const pValueAt = (size: number) =>
          twoSidedPValue(score * Math.sqrt(size / units), size * mixtureVariance(plannedUnits, alpha));
        expect(pValueAt(until * (1 + 1e-9))).toBeLessThanOrEqual(level);
        expect(pValueAt(until * 0.999)).toBeGreaterThan(level);
      }),
    );
  });

  it("lie before the maximum where there is one, or never come", () => {
    const arbitrary = fc.record({
      score: fc.double({ min: 0.01, max: 30, noNaN: true }),
      units: fc.integer({ min: 10, max: 100_000 }),
      maximumUnits: fc.integer({ min: 10, max: 100_000 }),
      level: fc.double({ min: 1e-6, max: 0.2, noNaN: true }),
    });
    fc.assert(
      fc.property(arbitrary, ({ score, units, maximumUnits, level }) => {
        const plan = { horizon: "maximum", maximumUnits } as const;
        const until = unitsUntilEvident({ score, units }, { alpha: 0.05, level, plan });
        const pValueAt = (size: number) =>
          boundedPValue(score * Math.sqrt(size / units), size / maximumUnits);
        if (until === Number.POSITIVE_INFINITY) {
          expect(pValueAt(maximumUnits)).toBeGreaterThan(level * (1 - 1e-9));
          return;
        }
        expect(until).toBeLessThanOrEqual(maximumUnits);
        expect(pValueAt(until)).toBeLessThanOrEqual(level * (1 + 1e-9));
        expect(pValueAt(until * 0.999)).toBeGreaterThan(level);
      }),
    );
  });

  it("never end without a difference, and do not overflow with hardly any", () => {
    const plan = { horizon: "open", plannedUnits: 5_000 } as const;
    const settings = { alpha: 0.05, level: 0.05, plan };
    expect(unitsUntilEvident({ score: 0, units: 100 }, settings)).toBe(Number.POSITIVE_INFINITY);
    expect(unitsUntilEvident({ score: 1e-200, units: 100 }, settings)).toBeGreaterThan(1e300);
  });
});

describe("a forecast", () => {
  it("comes true in the engine when everything stays as it is", () => {
    fc.assert(
      fc.property(
        arbitraryDifference,
        fc.integer({ min: 1_000, max: 5_000 }),
        fc.integer({ min: 500, max: 50_000 }),
        fc.boolean(),
        (difference, units, size, hasMaximum) => {
          const experiment = spec({
            ...(hasMaximum ? { maximumUnits: units + size } : { plannedUnits: size }),
            metrics: [{ metric: "cost_usd", role: "primary" }],
          });
          const plan = lookPlanOf(experiment);
          expect(plan.horizon).toBe(hasMaximum ? "maximum" : "open");
          const forecast = evaluate({
            spec: experiment,
            latestSummary: reading(units, -difference, plan),
            unitsPerDay: 1e9,
          });
          if (forecast.status !== "expected") throw new Error(forecast.reason);
          const upperEndAt = (total: number) => look(total, -difference, plan).alwaysValid.interval.upper;
          if (forecast.basis === "maximum") {
            expect(upperEndAt((units + size) * 0.95)).toBeGreaterThan(0);
            return;
          }
          // On Student's scale, which the engine reads small arms on, the error at hand is a little wider than the later one.
          // Nothing is bounded beyond a maximum.
          const later = (units + forecast.units) * 1.02;
          expect(upperEndAt(hasMaximum ? Math.min(later, units + size) : later)).toBeLessThan(0);
          if (forecast.units > 0) expect(upperEndAt((units + forecast.units) * 0.95)).toBeGreaterThan(0);
        },
      ),
    );
  });

  it("is never later for a larger difference", () => {
    fc.assert(
      fc.property(arbitraryDifference, arbitraryDifference, (one, other) => {
        const daysFor = (difference: number) => {
          const forecast = evaluate({ latestSummary: reading(1_000, -difference) });
          return forecast.status === "expected" ? forecast.days : Number.POSITIVE_INFINITY;
        };
        expect(daysFor(Math.max(one, other))).toBeLessThanOrEqual(daysFor(Math.min(one, other)));
      }),
    );
  });

  it("lies between the minimum and the maximum of units and time", () => {
    const arbitrary = fc.record({
      difference: arbitraryDifference,
      minimumUnits: fc.integer({ min: 100, max: 5_000 }),
      extraUnits: fc.integer({ min: 0, max: 10_000 }),
      minimumDays: fc.integer({ min: 0, max: 30 }),
      extraDays: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ difference, minimumUnits, extraUnits, minimumDays, extraDays }) => {
        const forecast = evaluate({
          spec: spec({
            metrics: [{ metric: "cost_usd", role: "primary" }],
            minimumUnits,
            maximumUnits: minimumUnits + extraUnits,
            minimumDurationSeconds: minimumDays * 86_400,
            maximumDurationSeconds: (minimumDays + extraDays + 1) * 86_400,
          }),
          latestSummary: reading(1_000, -difference),
        });
        if (forecast.status !== "expected") throw new Error(forecast.reason);
        const byMinimum = Math.max(0, (minimumUnits - 1_000) / 100, minimumDays - 10);
        const byMaximum = Math.min(
          (minimumUnits + extraUnits - 1_000) / 100,
          minimumDays + extraDays + 1 - 10,
        );
        expect(forecast.days).toBeGreaterThanOrEqual(byMinimum);
        expect(forecast.days).toBeLessThanOrEqual(Math.max(byMinimum, byMaximum, 0));
      }),
    );
  });

  it("says which of the three ends the experiment", () => {
    const primary = { metrics: [{ metric: "cost_usd", role: "primary" as const }] };
    expect(evaluate()).toMatchObject({ status: "expected", basis: "observed_difference" });
    expect(
      evaluate({ latestSummary: reading(1_000, -3), spec: spec({ ...primary, minimumUnits: 2_000 }) }),
    ).toEqual({
      status: "expected",
      basis: "minimum",
      units: 1_000,
      days: 10,
    });
    expect(evaluate({ spec: spec({ ...primary, maximumUnits: 1_200, futility: "ignore" }) })).toEqual({
      status: "expected",
      basis: "maximum",
      units: 200,
      days: 2,
    });
  });

  it("waits longer for a gain that several treatments compete for", () => {
    const two = reading(1_000, -0.5);
    const [first] = two.primary?.comparisons ?? [];
    if (!two.primary || !first) throw new Error("the story has a comparison");
    const variants = ["control", "treatment", "other"].map((key, index) => ({
      key,
      version: index + 1,
      weight: 1 / 3,
    }));
    const competing = {
      ...two,
      primary: { ...two.primary, comparisons: [first, { ...first, variant: "other" }] },
    };
    const alone = evaluate({ latestSummary: two });
    const shared = evaluate({
      latestSummary: competing,
      spec: spec({ variants, metrics: [{ metric: "cost_usd", role: "primary" }] }),
    });
    if (alone.status !== "expected" || shared.status !== "expected") throw new Error("both are in sight");
    expect(shared.units).toBeGreaterThan(alone.units);
  });

  it("is unknown where nothing can be extrapolated, and says why", () => {
    const hold = { ...reading(1_000, -0.3), action: "hold" as const };
    const margin = { kind: "absolute" as const, value: 0.1 };
    const expectations: [Partial<ForecastInput>, string][] = [
      [{ latestSummary: null }, "insufficient_data"],
      [{ latestSummary: { ...reading(1_000, -0.3), primary: null } }, "insufficient_data"],
      [{ unitsPerDay: null }, "insufficient_data"],
      [{ unitsPerDay: null, latestSummary: null }, "no_traffic"],
      [{ unitsPerDay: 0 }, "no_traffic"],
      [{ status: "paused" }, "no_traffic"],
      [{ latestSummary: { ...hold, reason: "no_traffic", units: 0 }, unitsPerDay: null }, "no_traffic"],
      [{ latestSummary: { ...hold, reason: "sample_ratio_mismatch" } }, "on_hold"],
      [{ latestSummary: reading(1_000, -0.0001) }, "no_difference_in_sight"],
      [
        {
          spec: spec({
            metrics: [
              { metric: "cost_usd", role: "primary" },
              { metric: "task_success", role: "secondary" },
            ],
            rule: { type: "non_inferiority", margin, objective: "task_success" },
          }),
        },
        "not_by_difference",
      ],
    ];
    for (const [overrides, reason] of expectations) {
      expect(evaluate(overrides), reason).toEqual({ status: "unknown", reason });
    }
  });
});
