import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ExpectedCourse, expectedCourse, maximumForPower } from "#decider/expected-course.ts";
import { fewestUnits, type PlannedExperiment } from "#decider/planned-looks.ts";

/** .70 against .75: one look needs 2,502 units of both arms for 80 % power. */
const SCORE = 2.8016 / Math.sqrt(2_502);
const scores = { effect: SCORE, harm: -SCORE };
const usual: PlannedExperiment = { alpha: 0.05, treatments: 1, ratio: 1, futility: "stop" };
const toTheEnd: PlannedExperiment = { ...usual, futility: "ignore" };

const unitsOf = ({ effect, none, harm }: ExpectedCourse) => [effect.units, none.units, harm?.units ?? null];

describe("the maximum for a power", () => {
  it("is the one that the exact integration of the rule has found", () => {
    for (const [experiment, expected] of [
      [toTheEnd, 2_970],
      [usual, 3_088],
    ] as const)
      expect(Math.abs((maximumForPower(experiment, scores, 0.8, 3_300) ?? 0) / expected - 1)).toBeLessThan(
        0.02,
      );
  });

  it("is the smallest with this power, for one treatment and for several, from guesses far off", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(usual, toTheEnd),
        fc.integer({ min: 1, max: 6 }),
        fc.double({ min: 0.5, max: 0.97, noNaN: true }),
        fc.constantFrom(0.002, 0.01, 0.05, 0.1),
        fc.constantFrom(0.25, 1, 4),
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        fc.double({ min: 200, max: 20_000, noNaN: true }),
        (rule, treatments, power, alpha, ratio, size, guess) => {
          const experiment = { ...rule, treatments, alpha, ratio };
          const planned = { effect: size * SCORE, harm: null };
          const maximum = maximumForPower(experiment, planned, power, guess) ?? Number.NaN;
          const powerOf = (units: number) =>
            expectedCourse(experiment, planned, units).effect.chances.promoted;
          expect(powerOf(maximum)).toBeGreaterThan(power - 0.002);
          const smaller = 0.99 * maximum - 2;
          if (smaller >= fewestUnits(experiment)) expect(powerOf(smaller)).toBeLessThan(power + 0.002);
        },
      ),
      {
        numRuns: 25,
        // Two sizes that point to each other, and a guess from which the effect is far.
        examples: [
          [toTheEnd, 2, 0.97, 0.1, 0.25, 1, 4_000],
          [toTheEnd, 6, 0.5389347112178803, 0.1, 0.25, 0.3838, 200],
          [usual, 5, 0.5155, 0.05, 1, 0.268, 200],
        ],
      },
    );
  });

  it("is found where a few looks are all there are", () => {
    const large = { effect: 0.174253794341954, harm: null };
    const experiment = { ...toTheEnd, alpha: 0.1, ratio: 2 };
    const maximum = maximumForPower(experiment, large, 0.6130568516254425, 123) ?? Number.NaN;
    expect(maximum).toBeGreaterThan(160);
    expect(maximum).toBeLessThan(172);
  });

  it("is never smaller than what any decision needs", () => {
    expect(maximumForPower(usual, { effect: 5, harm: -5 }, 0.8, 10)).toBe(100);
    expect(maximumForPower({ ...usual, ratio: 9 }, { effect: 5, harm: -5 }, 0.8, 10)).toBe(500);
  });
});

describe("a power that no maximum has", () => {
  it.each([
    ["beyond the precision of the integration", usual, 0.999_999],
    ["below chance", usual, 0.001],
    ["that wrong losses at a large alpha make impossible", { ...usual, alpha: 0.45 }, 0.97],
  ] as const)("is told: %s", (_name, experiment, power) => {
    const small = { effect: SCORE / 1_000, harm: null };
    expect(maximumForPower(experiment, small, power, 3e9)).toBeUndefined();
  });

  it("leaves the course for an alpha without any early bound of harm", () => {
    const { effect, none } = expectedCourse({ ...usual, alpha: 0.9, treatments: 2 }, scores, 3_000);
    expect(effect.units).toBeGreaterThan(0);
    expect(none.chances.provenWorse).toBe(0);
  });
});

describe("the expected course", () => {
  it("is that of 200,000 simulated paths of the rule", () => {
    const simulated: [PlannedExperiment, number, (readonly [number, number, number, number])[]][] = [
      // promoted, proven worse, futile, units; with the effect, without, and with harm
      [
        usual,
        3_081,
        [
          [0.801, 0, 0.1972, 1_864],
          [0.0199, 0.0018, 0.9782, 1_643],
          [0, 0.0501, 0.9499, 954],
        ],
      ],
      [
        toTheEnd,
        2_965,
        [
          [0.8012, 0, 0, 1_952],
          [0.0207, 0.021, 0, 2_918],
          [0, 0.7998, 0, 1_952],
        ],
      ],
      [
        { ...usual, treatments: 3 },
        4_045,
        [
          [0.8014, 0, 0.1937, 2_508],
          [0.0065, 0.0008, 0.9925, 1_978],
          [0, 0.0168, 0.9832, 1_124],
        ],
      ],
    ];
    for (const [experiment, maximum, [effect, none, harm]] of simulated) {
      const course = expectedCourse(experiment, scores, maximum);
      for (const [end, expected] of [
        [course.effect, effect],
        [course.none, none],
        [course.harm, harm],
      ] as const) {
        const [promoted = 0, provenWorse = 0, futile = 0, units = 0] = expected ?? [];
        expect(Math.abs((end?.chances.promoted ?? 2) - promoted)).toBeLessThan(0.004);
        expect(Math.abs((end?.chances.provenWorse ?? 2) - provenWorse)).toBeLessThan(0.004);
        expect(Math.abs((end?.chances.futile ?? 2) - futile)).toBeLessThan(0.004);
        expect(Math.abs((end?.units ?? 0) / units - 1)).toBeLessThan(0.005);
      }
    }
  });

  const maxima = fc.integer({ min: 120, max: 40_000 });
  const sizes = fc.double({ min: 0.2, max: 3, noNaN: true });

  it("sums to 1, within the maximum", () => {
    fc.assert(
      fc.property(fc.constantFrom(usual, toTheEnd), maxima, sizes, (experiment, maximum, size) => {
        const course = expectedCourse(experiment, { effect: size * SCORE, harm: -size * SCORE }, maximum);
        for (const end of [course.effect, course.none, course.harm]) {
          const { promoted, provenWorse, futile, undecided } = end?.chances ?? course.none.chances;
          expect(promoted + provenWorse + futile + undecided).toBeCloseTo(1, 9);
          expect(end?.units).toBeLessThanOrEqual(maximum);
          expect(end?.units).toBeGreaterThan(0);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("has more power with a larger maximum and with a larger effect", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(usual, toTheEnd),
        fc.integer({ min: 1_000, max: 5_000 }),
        sizes,
        fc.double({ min: 1.05, max: 1.5, noNaN: true }),
        (experiment, maximum, size, growth) => {
          const powerOf = (of: number, units: number) =>
            expectedCourse(experiment, { effect: of * SCORE, harm: null }, units).effect.chances.promoted;
          const power = powerOf(size, maximum);
          expect(powerOf(size, maximum * growth)).toBeGreaterThan(power - 1e-4);
          expect(powerOf(size * growth, maximum)).toBeGreaterThan(power - 1e-4);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("never gets longer where the hopeless is given up", () => {
    fc.assert(
      fc.property(maxima, sizes, (maximum, size) => {
        const planned = { effect: size * SCORE, harm: -size * SCORE };
        const ending = unitsOf(expectedCourse(usual, planned, maximum));
        const going = unitsOf(expectedCourse(toTheEnd, planned, maximum));
        for (const [index, units] of ending.entries())
          expect(units ?? Number.NaN).toBeLessThanOrEqual((going[index] ?? Number.NaN) * 1.0001);
      }),
      { numRuns: 20 },
    );
  });

  it("promotes nothing where the maximum is too small for any decision", () => {
    const { effect, harm } = expectedCourse(usual, { effect: 1, harm: -1 }, 60);
    expect(effect).toMatchObject({ units: 60, chances: { promoted: 0, undecided: 1 } });
    expect(harm).toMatchObject({ units: 60, chances: { provenWorse: 0, undecided: 1 } });
  });

  it("has no end without an effect and without a maximum", () => {
    const { maximumUnits, effect, none, harm } = expectedCourse(usual, scores, null);
    expect(maximumUnits).toBeNull();
    expect(none.units).toBeNull();
    expect(none.chances.undecided).toBeGreaterThan(0.95);
    expect(effect.chances.promoted).toBeCloseTo(1, 3);
    expect(harm?.chances.provenWorse).toBeCloseTo(1, 3);
    expect(effect.units).toBeGreaterThan(2_600);
    expect(effect.units).toBeLessThan(3_300);
  });

  it("counts the units of an interval without a bound up to the maximum", () => {
    const experiment = { ...usual, alpha: 0.2 };
    const { effect, none } = expectedCourse(experiment, scores, 3_000);
    expect(none.chances.futile).toBe(0);
    expect(none.chances.promoted + none.chances.provenWorse).toBeLessThan(0.2);
    expect(effect.units).toBeLessThan(3_000);
  });

  it("tells nothing of a harm that cannot be", () => {
    expect(expectedCourse(usual, { effect: SCORE, harm: null }, 3_000).harm).toBeNull();
  });

  it("answers for effects of all sizes", () => {
    for (const effect of [1e-5, 1e-3, 1, 50, 1e6]) {
      const planned = { effect, harm: -effect };
      for (const maximum of [100, 10_000, 1e9, null]) {
        const course = expectedCourse(usual, planned, maximum);
        const total = Object.values(course.effect.chances).reduce((sum, chance) => sum + chance, 0);
        expect(total).toBeCloseTo(1, 9);
        expect(course.effect.units ?? 1).toBeGreaterThan(0);
      }
    }
  });
});
