import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LookLimits, stoppingChancesOf } from "#analyzer/planning/stopping-chances.ts";
import { boundedMultiplier } from "#analyzer/sequential/bounded.ts";

/** Units of both arms that one look needs to find .70 against .75 with 80 % power. */
const SINGLE_LOOK_UNITS = 2_502;
const SINGLE_LOOK_SCORE = 2.8016;
const UPPER_TENTH = 1.2815515655446004;

const driftAt = (maximum: number) => SINGLE_LOOK_SCORE * Math.sqrt(maximum / SINGLE_LOOK_UNITS);

/** A look every 50 units from 100 on. @param futility the drift that conditional power below 10 % is computed for */
function looksUntil(maximum: number, futility?: number): LookLimits[] {
  const atEnd = boundedMultiplier("two_sided", 1, 0.05);
  const limitsAt = (units: number): LookLimits => {
    const information = units / maximum;
    const bound = boundedMultiplier("two_sided", information, 0.05) * Math.sqrt(information);
    const isAsked = futility !== undefined && information >= 0.2 && information < 1;
    const rest = 1 - information;
    return {
      information,
      promotion: bound,
      loss: -bound,
      futility: isAsked ? atEnd - futility * rest - UPPER_TENTH * Math.sqrt(rest) : Number.NEGATIVE_INFINITY,
    };
  };
  const count = Math.ceil((maximum - 100) / 50);
  return [...Array.from({ length: count }, (_, index) => limitsAt(100 + 50 * index)), limitsAt(maximum)];
}

function meanUnits(maximum: number, futility?: number): [effect: number, none: number, harm: number] {
  const drift = driftAt(maximum);
  const chancesOf = stoppingChancesOf(looksUntil(maximum, futility), drift);
  const unitsFor = (of: number) => maximum * chancesOf(of).information;
  return [unitsFor(drift), unitsFor(0), unitsFor(-drift)];
}

function expectWithinTwoPercent(found: readonly number[], expected: readonly number[]): void {
  for (const [index, value] of expected.entries())
    expect(Math.abs((found[index] ?? 0) / value - 1)).toBeLessThan(0.02);
}

describe("how a test with many looks ends", () => {
  it("takes the units that an independent integration has found", () => {
    expectWithinTwoPercent(meanUnits(2_970), [1_972, 2_926, 1_972]);
    expectWithinTwoPercent(meanUnits(2_502), [1_789, 2_466, 1_789]);
    expectWithinTwoPercent(meanUnits(3_753), [2_209, 3_695, 2_209]);
    expectWithinTwoPercent(meanUnits(3_088, driftAt(3_088)), [1_880, 1_621, 934]);
  });

  it("has the power that an independent integration has found", () => {
    for (const [maximum, power] of [
      [2_502, 0.72],
      [2_970, 0.8],
      [3_753, 0.89],
      [5_004, 0.96],
    ] as const) {
      const drift = driftAt(maximum);
      const { promoted } = stoppingChancesOf(looksUntil(maximum), drift)(drift);
      expect(Math.abs(promoted - power)).toBeLessThan(0.01);
    }
    const drift = driftAt(3_088);
    const { promoted } = stoppingChancesOf(looksUntil(3_088, drift), drift)(drift);
    expect(Math.abs(promoted - 0.8)).toBeLessThan(0.01);
  });

  it("is the normal distribution where there is one look", () => {
    const endOf = stoppingChancesOf(
      [{ information: 1, promotion: 1.959963984540054, loss: -1.959963984540054, futility: -1 }],
      3,
    );
    // scipy: norm.sf(1.959963984540054 - 2.801585218), norm.cdf(-1.96 - …), norm.cdf(-1 - …) - norm.cdf(-1.96 - …)
    const ends = endOf(2.801585218);
    expect(ends.promoted).toBeCloseTo(0.8, 8);
    expect(ends.provenWorse).toBeCloseTo(9.58e-7, 8);
    expect(ends.futile).toBeCloseTo(7.1e-5, 5);
    expect(ends.information).toBeCloseTo(1, 12);
  });

  it("sums to 1 and never lasts longer than to the last look, whatever the effect", () => {
    const maximum = fc.integer({ min: 300, max: 20_000 });
    const futility = fc.option(fc.double({ min: 0, max: 4, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(maximum, futility, fc.double({ min: -8, max: 8, noNaN: true }), (units, assumed, drift) => {
        const ends = stoppingChancesOf(looksUntil(units, assumed), 8)(drift);
        const { promoted, provenWorse, futile, undecided, information } = ends;
        expect(promoted + provenWorse + futile + undecided).toBeCloseTo(1, 3);
        expect(Math.min(promoted, provenWorse, futile, undecided)).toBeGreaterThanOrEqual(0);
        expect(information).toBeLessThan(1.001);
      }),
      { numRuns: 40 },
    );
  });

  it("mirrors an effect in the harm of the same size", () => {
    const endOf = stoppingChancesOf(looksUntil(3_000), 4);
    for (const drift of [0.5, 2, 4]) {
      expect(endOf(drift).promoted).toBeCloseTo(endOf(-drift).provenWorse, 6);
      expect(endOf(drift).information).toBeCloseTo(endOf(-drift).information, 6);
    }
  });
});
