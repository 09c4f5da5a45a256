import { expect, it } from "vitest";
import { conservativeGain } from "#analyzer/sequential/conservative-gain.ts";
import type { VariantEstimate } from "#model/analysis/analysis.ts";
import { spec } from "#tools/builders/moments-builder.ts";

function arm(variant: string, estimate: number, plannedArrivals?: number): VariantEstimate {
  const clock = {
    plannedWeight: 0.5,
    newestWeight: 0.5,
    arrivals: 2_000,
    plannedArrivals: plannedArrivals ?? 0,
  };
  return {
    variant,
    units: 1_000,
    observations: 1_000,
    estimate,
    standardError: 0.01,
    adjustedEstimate: null,
    sequentialStandardError: 0.01,
    ...(plannedArrivals !== undefined && { clock }),
  };
}

const planned = spec({ plannedUnits: 10_000 });
const gainOf = (plannedArrivals?: number) =>
  conservativeGain(
    arm("control", 0.5, plannedArrivals),
    arm("treatment", 0.6, plannedArrivals),
    1,
    planned,
    1,
  );

it("a gain is told more carefully than it was observed", () => {
  expect(gainOf()).toBeGreaterThan(0.05);
  expect(gainOf()).toBeLessThan(0.1);
});

it("a gain over phases of weights is told by the time that its looks go by, not by its units", () => {
  expect(gainOf(2_000), "units in proportion to the planned weights").toBeCloseTo(gainOf() ?? Number.NaN, 12);
  const other = gainOf(3_000) ?? Number.NaN;
  const units = { ...arm("control", 0.5), units: 1_500 };
  const asMany = conservativeGain(units, { ...arm("treatment", 0.6), units: 1_500 }, 1, planned, 1);
  expect(other).toBeCloseTo(asMany ?? Number.NaN, 4);
  expect(other).not.toBe(gainOf());
});
