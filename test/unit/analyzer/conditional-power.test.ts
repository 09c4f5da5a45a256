import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conditionalPower, type ScoreUnderWay } from "#analyzer/sequential/conditional-power.ts";
import { Random } from "../../../bench/calibration/random.ts";

const inside = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const scores = fc.double({ min: -6, max: 6, noNaN: true });
const underWay: fc.Arbitrary<ScoreUnderWay> = fc.record({
  score: scores,
  progress: inside,
  bound: fc.double({ min: 1.5, max: 5, noNaN: true }),
  drift: scores,
});

describe("conditional power", () => {
  it("is what an independent implementation computes", () => {
    // scipy 1.x, norm.sf
    const golden: [ScoreUnderWay, number][] = [
      [{ score: 0, progress: 0.5, bound: 2.41, drift: 3.25 }, 0.13346554999744586],
      [{ score: 1, progress: 0.5, bound: 2.41, drift: 3.25 }, 0.45614217550750524],
      [{ score: -1, progress: 0.3, bound: 2.41, drift: 3.25 }, 0.2072473417191512],
      [{ score: 2.2, progress: 0.9, bound: 2.41, drift: 3.25 }, 0.5026533768805869],
      [{ score: 0.3, progress: 0.2, bound: 3, drift: 0 }, 0.0006774224197740857],
      [{ score: 1.5, progress: 0.64, bound: 2, drift: 1.2 }, 0.26982797857981616],
    ];
    for (const [state, expected] of golden) expect(conditionalPower(state)).toBeCloseTo(expected, 12);
  });

  it("grows with the score and the drift, and falls with the bound", () => {
    fc.assert(
      fc.property(underWay, fc.double({ min: 0, max: 3, noNaN: true }), (state, more) => {
        const chance = conditionalPower(state);
        expect(conditionalPower({ ...state, score: state.score + more })).toBeGreaterThanOrEqual(chance);
        expect(conditionalPower({ ...state, drift: state.drift + more })).toBeGreaterThanOrEqual(chance);
        expect(conditionalPower({ ...state, bound: state.bound + more })).toBeLessThanOrEqual(chance);
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("becomes certain at the end: 1 beyond the bound, 0 below it", () => {
    fc.assert(
      fc.property(underWay, fc.double({ min: 0.1, max: 3, noNaN: true }), ({ bound, drift }, distance) => {
        const atEnd = { bound, drift, progress: 1 - 1e-6 };
        expect(conditionalPower({ ...atEnd, score: bound + distance })).toBeGreaterThan(0.999);
        expect(conditionalPower({ ...atEnd, score: bound - distance })).toBeLessThan(0.001);
      }),
    );
  });

  it("is below a level exactly where the path is below a line and a root", () => {
    fc.assert(
      fc.property(underWay, ({ score, progress, bound, drift }) => {
        const quantile = 1.2815515655446004; // of 10 %
        const remaining = 1 - progress;
        const limit = bound - drift * remaining - quantile * Math.sqrt(remaining);
        const path = score * Math.sqrt(progress);
        fc.pre(Math.abs(path - limit) > 1e-9);
        expect(conditionalPower({ score, progress, bound, drift }) < 0.1).toBe(path < limit);
      }),
    );
  });

  it("is the share of paths that end beyond the bound", () => {
    const random = new Random("conditional power");
    const state = { score: 0.8, progress: 0.4, bound: 2.4, drift: 3.2 };
    const PATHS = 20_000;
    let beyond = 0;
    for (let path = 0; path < PATHS; path++) {
      const end = state.score * Math.sqrt(0.4) + 3.2 * 0.6 + random.normal() * Math.sqrt(0.6);
      if (end > state.bound) beyond++;
    }
    expect(Math.abs(beyond / PATHS - conditionalPower(state))).toBeLessThan(0.015);
  });

  it("is no number before the start and after the end", () => {
    for (const progress of [0, 1, 1.2, -1, Number.NaN])
      expect(conditionalPower({ score: 1, progress, bound: 2, drift: 1 })).toBeNaN();
  });
});
