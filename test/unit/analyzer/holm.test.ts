import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holm, holmOfFamily } from "#analyzer/tests/holm.ts";

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const family = fc.array(fc.record({ pValue: probability, hasLeft: fc.boolean() }), {
  minLength: 1,
  maxLength: 9,
});

describe("Holm's adjustment where treatments have left", () => {
  it("is the plain one while nobody has", () => {
    fc.assert(
      fc.property(fc.array(probability, { minLength: 1, maxLength: 9 }), (pValues) => {
        expect(holmOfFamily(pValues.map((pValue) => ({ pValue, hasLeft: false })))).toEqual(holm(pValues));
      }),
    );
  });

  it("makes it no easier for those that are left, whatever becomes of the p-values of the others", () => {
    fc.assert(
      fc.property(family, probability, (tests, later) => {
        const adjusted = holmOfFamily(tests);
        const drifted = holmOfFamily(tests.map((test) => (test.hasLeft ? { ...test, pValue: later } : test)));
        const plain = holm(tests.map(({ pValue }) => pValue));
        for (const [index, { hasLeft }] of tests.entries()) {
          if (hasLeft) continue;
          expect(drifted[index]).toBe(adjusted[index]);
          expect(adjusted[index]).toBeGreaterThanOrEqual(plain[index] ?? 0);
        }
      }),
    );
  });

  it("still counts the tests of those that left", () => {
    const tests = [
      { pValue: 0.02, hasLeft: false },
      { pValue: 0.9, hasLeft: true },
      { pValue: 1e-9, hasLeft: true },
    ];
    expect(holmOfFamily(tests)[0]).toBeCloseTo(0.06, 12);
  });
});
