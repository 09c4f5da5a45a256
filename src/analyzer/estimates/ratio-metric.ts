import type { Unavailable } from "#model/analysis/analysis.ts";
import type { ExactSum } from "#model/analysis/moments.ts";
import { studentUpperQuantile } from "../distributions/index.ts";
import { subtract, toNumber } from "../numeric/exact-sum.ts";
import { type PairSums, quotient, residualSquares, toExact } from "../numeric/pair-sums.ts";
import { type TestedDifference, testDifference } from "../tests/welch.ts";
import { areFinite, isUnavailable, unavailable, withoutNaN } from "../unavailable.ts";
import type { Estimate } from "./estimate.ts";
import { deltaLift, type Lift } from "./relative-lift.ts";

/** Σx / Σy; `unitVariance` is the variance of one unit's linearised contribution, squaredError × units. */
export interface RatioEstimate extends Estimate {
  unitVariance: number;
  /** The estimate with the digits that a double has no room for. */
  ratio: ExactSum;
}

export interface RatioComparison {
  control: RatioEstimate;
  treatment: RatioEstimate;
  difference: TestedDifference;
  /** `zero_baseline` when control's ratio is 0. */
  relative: Lift | Unavailable;
}

/**
 * A ratio of sums R = Σx / Σy with the delta method's variance over units, V = Σ(x − Ry)² / (n − 1) / ȳ².
 * @param sums  with x a unit's total and y the number of its observations
 * @returns `zero_denominator` when Σy is 0, `insufficient_data` below two units, `bad_input` for impossible sums
 * @see Deng, Knoblich, Lu 2018, "Applying the Delta Method in Metric Analytics"
 */
export function estimateOfRatio(sums: PairSums): RatioEstimate | Unavailable {
  const { units } = sums;
  const [x, y] = [toExact(sums.x), toExact(sums.y)];
  const [xx, yy, xy] = [toExact(sums.xx), toExact(sums.yy), toExact(sums.xy)];
  if (!areFinite(units, ...[x, y, xx, yy, xy].map(toNumber))) return unavailable("bad_input");
  if (units < 2) return unavailable("insufficient_data");
  if (toNumber(y) === 0) return unavailable("zero_denominator");
  const ratio = quotient(x, y);
  const squares = toNumber(residualSquares(xx, xy, yy, ratio));
  if (squares < 0) return unavailable("bad_input");
  const unitVariance = squares / (units - 1) / (toNumber(y) / units) ** 2;
  return withoutNaN({
    units,
    estimate: toNumber(ratio),
    ratio,
    unitVariance,
    squaredError: unitVariance / units,
  });
}

/** Welch's test and the delta method's lift between the ratios of two arms. @param alpha 1 − the intervals' coverage */
export function compareRatios(
  controlSums: PairSums,
  treatmentSums: PairSums,
  alpha: number,
): RatioComparison | Unavailable {
  const control = estimateOfRatio(controlSums);
  const treatment = estimateOfRatio(treatmentSums);
  if (isUnavailable(control)) return control;
  if (isUnavailable(treatment)) return treatment;
  // Ratios that are large and close to each other keep their digits when they are subtracted before they are rounded.
  const exactDifference = toNumber(subtract(treatment.ratio, control.ratio));
  const difference = testDifference(
    { ...control, estimate: 0 },
    { ...treatment, estimate: exactDifference },
    alpha,
  );
  if (isUnavailable(difference)) return difference;
  const quantile = studentUpperQuantile(alpha / 2, difference.degreesOfFreedom);
  return { control, treatment, difference, relative: deltaLift(control, treatment, quantile) };
}
