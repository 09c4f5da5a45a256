import type { Unavailable } from "#model/analysis/analysis.ts";
import { type Estimate, inputErrorOf } from "../estimates/estimate.ts";
import { testDifference } from "../tests/welch.ts";
import { areFinite, isUnavailable, unavailable, withoutNaN } from "../unavailable.ts";

/** Which way a metric gets better. */
export type Better = "higher" | "lower";

export interface NonInferiority {
  /** Positive when treatment is on the good side of the margin for "higher", negative for "lower". */
  statistic: number;
  degreesOfFreedom: number;
  /** One-sided, against "worse by the margin or more". */
  pValue: number;
  nonInferior: boolean;
}

/** The worst difference that the data leave open, one-sided. */
export interface BoundedNonInferiority extends NonInferiority {
  bound: number;
}

const ALTERNATIVE = { higher: "greater", lower: "less" } as const;

/** Towards better: +1 or −1. */
function improvementSignOf(better: Better): 1 | -1 {
  return better === "higher" ? 1 : -1;
}

/**
 * Is treatment worse by less than an absolute margin? Welch's one-sided test of the shifted difference.
 * @param margin > 0, in the metric's own units
 * @param alpha one-sided error rate
 */
export function nonInferiorityTest(
  control: Estimate,
  treatment: Estimate,
  margin: number,
  better: Better,
  alpha: number,
): BoundedNonInferiority | Unavailable {
  if (!areFinite(margin) || !(margin > 0)) return unavailable("bad_input");
  const plain = testDifference(control, treatment, alpha, ALTERNATIVE[better]);
  if (isUnavailable(plain)) return plain;
  const shift = improvementSignOf(better) * margin;
  const shifted = testDifference(
    { ...control, estimate: control.estimate - shift },
    treatment,
    alpha,
    ALTERNATIVE[better],
  );
  if (isUnavailable(shifted)) return shifted;
  const bound = better === "higher" ? plain.interval.lower : plain.interval.upper;
  return {
    statistic: shifted.statistic,
    degreesOfFreedom: shifted.degreesOfFreedom,
    pValue: shifted.pValue,
    bound,
    nonInferior: better === "higher" ? bound > -margin : bound < margin,
  };
}

/**
 * Is treatment worse by less than a share of control's true mean? Tests treatment against the scaled control, whose own
 * uncertainty enters, instead of a constant times its observed mean.
 * @param relativeMargin in (0, 1) for "higher", > 0 for "lower"
 * @see Hauschke, Kieser, Diletti, Burke 1999, "Sample size determination for proving equivalence based on the ratio of two means"
 */
export function relativeNonInferiorityTest(
  control: Estimate,
  treatment: Estimate,
  relativeMargin: number,
  better: Better,
  alpha: number,
): NonInferiority | Unavailable {
  if (!areFinite(relativeMargin) || !(relativeMargin > 0)) return unavailable("bad_input");
  const inputError = inputErrorOf(control);
  if (inputError) return inputError;
  if (control.estimate === 0) return unavailable("zero_baseline");
  const factor = 1 - improvementSignOf(better) * Math.sign(control.estimate) * relativeMargin;
  const worst = {
    units: control.units,
    estimate: factor * control.estimate,
    squaredError: factor ** 2 * control.squaredError,
  };
  const test = testDifference(worst, treatment, alpha, ALTERNATIVE[better]);
  if (isUnavailable(test)) return test;
  const { statistic, degreesOfFreedom, pValue } = test;
  return { statistic, degreesOfFreedom, pValue, nonInferior: pValue < alpha };
}

export interface Equivalence {
  /** Against "lower by the margin or more". */
  lowerPValue: number;
  /** Against "higher by the margin or more". */
  upperPValue: number;
  /** The larger of the two. */
  pValue: number;
  /** Covers 1 − 2·alpha: inside the margins exactly when both tests reject. */
  interval: { lower: number; upper: number };
}

/**
 * Two one-sided tests that the difference is smaller than a margin in both directions.
 * @param margin > 0
 * @param alpha in (0, ½)
 * @see Schuirmann 1987
 */
export function equivalenceTest(
  control: Estimate,
  treatment: Estimate,
  margin: number,
  alpha: number,
): Equivalence | Unavailable {
  const lower = nonInferiorityTest(control, treatment, margin, "higher", alpha);
  const upper = nonInferiorityTest(control, treatment, margin, "lower", alpha);
  if (isUnavailable(lower)) return lower;
  if (isUnavailable(upper)) return upper;
  if (!(alpha < 0.5)) return unavailable("bad_input");
  return withoutNaN({
    lowerPValue: lower.pValue,
    upperPValue: upper.pValue,
    pValue: Math.max(lower.pValue, upper.pValue),
    interval: { lower: lower.bound, upper: upper.bound },
  });
}
