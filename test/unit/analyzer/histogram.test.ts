import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { histogramOf, MAXIMUM_BINS } from "#analyzer/estimates/histogram.ts";

const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b);

const arbitraryValues = fc.oneof(
  fc.array(fc.double({ min: -1e12, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 300 }),
  fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 300 }),
  fc.array(
    fc.double({ min: -8, max: 8, noNaN: true }).map((power) => 10 ** power),
    { minLength: 1, maxLength: 300 },
  ),
);

describe("a histogram", () => {
  it("counts every value once, in adjoining bins around it", () => {
    fc.assert(
      fc.property(arbitraryValues, (values) => {
        const sorted = ascending(values);
        const bins = histogramOf(sorted);
        expect(bins.length).toBeLessThanOrEqual(MAXIMUM_BINS);
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        for (const [index, { from, to, count }] of bins.entries()) {
          if (index > 0) expect(from).toBe(bins[index - 1]?.to);
          const isLast = index === bins.length - 1;
          const inside = sorted.filter((value) => value >= from && (isLast ? value <= to : value < to));
          expect(inside).toHaveLength(count);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("gives whole numbers in a narrow range a bin each", () => {
    expect(histogramOf([0, 0, 1, 1, 1])).toEqual([
      { from: -0.5, to: 0.5, count: 2 },
      { from: 0.5, to: 1.5, count: 3 },
    ]);
    expect(histogramOf([4, 4])).toEqual([{ from: 3.5, to: 4.5, count: 2 }]);
  });

  it("shows the shape of skewed values and of values with outliers, not a single bar", () => {
    const skewed = Array.from({ length: 2_000 }, (_, index) => 0.001 * Math.exp(index / 200));
    const withOutliers = [-1e9, ...Array.from({ length: 2_000 }, (_, index) => 100.5 + index), 1e9];
    for (const values of [skewed, withOutliers]) {
      const largest = Math.max(...histogramOf(ascending(values)).map(({ count }) => count));
      expect(largest).toBeLessThan(values.length / 5);
    }
  });

  it("of equal values or none is as plain as they are", () => {
    expect(histogramOf([2.5, 2.5, 2.5])).toEqual([{ from: 2.5, to: 2.5, count: 3 }]);
    expect(histogramOf([])).toEqual([]);
  });
});
