import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toDistribution } from "#analyzer/estimates/quantile-distribution.ts";
import {
  bucketOfValue,
  emptySketch,
  lowerEdge,
  mergeSketches,
  replaceHistogram,
  SKETCH_RELATIVE_ACCURACY,
  type UnitHistogram,
  upperEdge,
  withValue,
} from "#analyzer/estimates/quantile-sketch.ts";
import { quantileStatistics } from "#analyzer/estimates/quantile-statistics.ts";
import { type QuantileSketch, quantileSketchSchema } from "#model/analysis/moments.ts";

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 12 });
const units = fc.array(values, { maxLength: 15 });

function histogramOf(unit: readonly number[]): UnitHistogram {
  return unit.reduce<UnitHistogram>(withValue, []);
}

/** A copy of the sketch with one unit's values replaced. */
function replaced(
  sketch: QuantileSketch,
  before: UnitHistogram | undefined,
  after: UnitHistogram | undefined,
) {
  const copy = structuredClone(sketch);
  replaceHistogram(copy, before, after);
  return copy;
}

function sketchOf(all: readonly (readonly number[])[]): QuantileSketch {
  return all.reduce((sketch, unit) => replaced(sketch, undefined, histogramOf(unit)), emptySketch());
}

function extentsOf(sketch: QuantileSketch) {
  const { steps, extentAt } = toDistribution(sketch);
  return steps.map((_, index) => extentAt(index));
}

describe("the quantile sketch", () => {
  it("knows every value to within its relative accuracy, in order", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (value) => {
        const bucket = bucketOfValue(value);
        const slack = 1e-9 * Math.abs(value) + 1e-9;
        expect(lowerEdge(bucket)).toBeLessThanOrEqual(value + slack);
        expect(upperEdge(bucket)).toBeGreaterThanOrEqual(value - slack);
        const middle = (lowerEdge(bucket) + upperEdge(bucket)) / 2;
        expect(Math.abs(middle - value)).toBeLessThanOrEqual(
          SKETCH_RELATIVE_ACCURACY * 1.01 * Math.abs(value) + slack,
        );
      }),
    );
  });

  it("is the same for every order and partition of the units", () => {
    fc.assert(
      fc.property(units, fc.nat(15), (all, cut) => {
        const merged = mergeSketches(sketchOf(all.slice(cut)), sketchOf(all.slice(0, cut)));
        expect(merged).toEqual(sketchOf(all));
      }),
    );
  });

  it("knows the value of a bucket whose values are all the same, and only then, whatever has come and gone", () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0.1, max: 1e6, noNaN: true }), fc.nat(50), (gone, value, more) => {
        const sketch = sketchOf([gone, ...Array.from({ length: more + 1 }, () => [value])]);
        const constant = replaced(sketch, histogramOf(gone), undefined);
        expect(extentsOf(constant)).toEqual([{ low: value, high: value }]);
        const neighbor = value * (1 + 2 ** -40);
        if (bucketOfValue(neighbor) !== bucketOfValue(value)) return;
        const mixed = replaced(constant, undefined, histogramOf([neighbor]));
        expect(extentsOf(mixed)).toEqual([
          { low: lowerEdge(bucketOfValue(value)), high: upperEdge(bucketOfValue(value)) },
        ]);
      }),
    );
  });

  it("grows value by value into what it is at once, and forgets a unit completely", () => {
    fc.assert(
      fc.property(units, values, (others, unit) => {
        let sketch = sketchOf(others);
        let histogram: UnitHistogram | undefined;
        for (const value of unit) {
          const next = withValue(histogram ?? [], value);
          sketch = replaced(sketch, histogram, next);
          histogram = next;
        }
        expect(sketch).toEqual(sketchOf([...others, unit]));
        expect(replaced(sketch, histogram, undefined)).toEqual(sketchOf(others));
      }),
    );
  });
});

describe("a sketch from before values were kept", () => {
  const histogram: UnitHistogram = [[bucketOfValue(3), 2]];
  const stored = quantileSketchSchema.parse({
    units: 40,
    events: 80,
    squaredEvents: 160,
    buckets: { [bucketOfValue(3)]: [80, 160, 160] },
  });

  it("is read, takes further values, and gives back what it took", () => {
    const sketch = structuredClone(stored);
    const grown = withValue(histogram, 3);
    replaceHistogram(sketch, histogram, grown);
    replaceHistogram(sketch, undefined, histogramOf([3, 5]));
    expect(sketch).toMatchObject({ units: 41, events: 83 });
    replaceHistogram(sketch, histogramOf([3, 5]), undefined);
    replaceHistogram(sketch, grown, histogram);
    expect(sketch).toEqual(stored);
  });

  it("tells a quantile to within the width of its bucket, alone and merged with a newer one", () => {
    for (const sketch of [stored, mergeSketches(stored, sketchOf([[3], [3], [3]]))]) {
      const { estimate, band } = quantileStatistics(toDistribution(sketch), 0.5) ?? {};
      expect(Math.abs((estimate ?? 0) - 3)).toBeLessThan(0.06);
      expect(band?.lower.upTo(0)[0]?.value).toBeCloseTo(lowerEdge(bucketOfValue(3)), 9);
      expect(band?.upper.upTo(0)[0]?.value).toBeCloseTo(upperEdge(bucketOfValue(3)), 9);
    }
  });
});

const distributionOf = (all: readonly (readonly number[])[]) => toDistribution(sketchOf(all));

describe("quantile statistics", () => {
  it("find the quantile of a large sample to within the sketch's accuracy", () => {
    const sketch = sketchOf(Array.from({ length: 5_000 }, (_, index) => [((index * 7_919) % 5_000) + 1]));
    for (const quantile of [0.1, 0.5, 0.9, 0.95, 0.99]) {
      const estimate = quantileStatistics(toDistribution(sketch), quantile)?.estimate ?? Number.NaN;
      expect(Math.abs(estimate / (quantile * 5_000) - 1)).toBeLessThan(SKETCH_RELATIVE_ACCURACY);
    }
  });

  it("have the binomial error when every unit counts once, and a larger one when values cluster in units", () => {
    const single = quantileStatistics(
      distributionOf(Array.from({ length: 4_000 }, (_, index) => [index + 1])),
      0.5,
    );
    expect(Math.sqrt(single?.squaredError ?? 0)).toBeCloseTo(4_000 * Math.sqrt(0.25 / 4_000), -1);
    const clustered = Array.from({ length: 400 }, (_, unit) =>
      Array.from({ length: 10 }, (_, index) => unit * 10 + index + 1),
    );
    const error = Math.sqrt(quantileStatistics(distributionOf(clustered), 0.5)?.squaredError ?? 0);
    expect(error / Math.sqrt(single?.squaredError ?? 1)).toBeCloseTo(Math.sqrt(10), 0);
  });

  it("are refused while the band would reach beyond the data", () => {
    expect(
      quantileStatistics(distributionOf(Array.from({ length: 300 }, (_, index) => [index + 1])), 0.99),
    ).toBeUndefined();
    expect(quantileStatistics(toDistribution(emptySketch()), 0.5)).toBeUndefined();
  });
});
