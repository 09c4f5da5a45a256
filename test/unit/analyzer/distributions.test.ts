import jStat from "jstat";
import { describe, expect, it } from "vitest";
import {
  chiSquareUpperTail,
  normalUpperQuantile,
  studentTwoSided,
  studentUpperQuantile,
} from "#analyzer/distributions/index.ts";

/** An independent implementation, good to some seven digits in the ordinary range; no further. */
const CROSS_CHECK_DIGITS = 6;

describe("distributions, against an independent implementation in its ordinary range", () => {
  it.each([0.5, 0.3, 0.1, 0.025, 0.01, 0.001])("normal quantile of an upper tail of %d", (tail) => {
    expect(normalUpperQuantile(tail)).toBeCloseTo(-jStat.normal.inv(tail, 0, 1), CROSS_CHECK_DIGITS);
  });

  it.each([
    [0.2, 3],
    [1.5, 10],
    [2.1, 57.3],
    [3.3, 1_000],
    [4, 20_000],
  ])("Student's t at %d with %d degrees of freedom", (t, degreesOfFreedom) => {
    expect(studentTwoSided(t, degreesOfFreedom)).toBeCloseTo(
      2 * jStat.studentt.cdf(-t, degreesOfFreedom),
      CROSS_CHECK_DIGITS,
    );
    expect(studentUpperQuantile(0.025, degreesOfFreedom)).toBeCloseTo(
      jStat.studentt.inv(0.975, degreesOfFreedom),
      CROSS_CHECK_DIGITS,
    );
  });

  it.each([
    [0.5, 1],
    [3.84, 1],
    [11, 5],
    [30, 9],
  ])("chi-square at %d with %d degrees of freedom", (x, degreesOfFreedom) => {
    expect(chiSquareUpperTail(x, degreesOfFreedom)).toBeCloseTo(
      1 - jStat.chisquare.cdf(x, degreesOfFreedom),
      CROSS_CHECK_DIGITS,
    );
  });
});
