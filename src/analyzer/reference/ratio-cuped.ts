import type { Unavailable } from "#model/analysis/analysis.ts";
import type { Estimate } from "../estimates/estimate.ts";
import { type TestedDifference, testDifference } from "../tests/welch.ts";
import { areFinite, isUnavailable, unavailable, withoutNaN } from "../unavailable.ts";

/** One unit before and after the assignment: total and number of observations of the metric, and of its covariate. */
export type RatioCovariateRow = readonly [x: number, y: number, beforeX: number, beforeY: number];

/** An arm's outcome ratio and covariate ratio with the (co)variances of these two estimates, by the delta method. */
export interface RatioPair {
  units: number;
  outcome: number;
  covariate: number;
  outcomeVariance: number;
  covariateVariance: number;
  covariance: number;
}

/**
 * Outcome ratio M / D and covariate ratio M′ / D′ of one arm. The gradient (1/D, −M/D², 1/D′, −M′/D′²) applied to every
 * unit gives its two linearised contributions, whose covariance is that of the ratios.
 * @returns `zero_denominator` when Σy or Σbefore y is 0, `insufficient_data` below two units
 * @see Deng, Xu, Kohavi, Walker 2013, appendix B
 */
export function ratioPairOf(rows: readonly RatioCovariateRow[]): RatioPair | Unavailable {
  if (!rows.every((row) => areFinite(...row))) return unavailable("bad_input");
  const units = rows.length;
  if (units < 2) return unavailable("insufficient_data");
  const mean = (index: 0 | 1 | 2 | 3) => rows.reduce((sum, row) => sum + row[index], 0) / units;
  const [x, y, beforeX, beforeY] = [mean(0), mean(1), mean(2), mean(3)];
  if (y === 0 || beforeY === 0) return unavailable("zero_denominator");
  const [outcome, covariate] = [x / y, beforeX / beforeY];
  let [outcomeSquares, covariateSquares, products] = [0, 0, 0];
  for (const row of rows) {
    const after = (row[0] - outcome * row[1]) / y;
    const before = (row[2] - covariate * row[3]) / beforeY;
    outcomeSquares += after * after;
    covariateSquares += before * before;
    products += after * before;
  }
  const scale = 1 / (units * (units - 1));
  return withoutNaN({
    units,
    outcome,
    covariate,
    outcomeVariance: outcomeSquares * scale,
    covariateVariance: covariateSquares * scale,
    covariance: products * scale,
  });
}

/**
 * CUPED for a ratio metric with a ratio covariate: the slope minimizes the variance of the adjusted difference,
 * θ = (cov_control + cov_treatment) / (var_control + var_treatment). A constant covariate gives θ = 0.
 * @param alpha 1 − the interval's coverage
 */
export function compareAdjustedRatios(
  control: RatioPair,
  treatment: RatioPair,
  alpha: number,
): { slope: number; difference: TestedDifference } | Unavailable {
  const variance = control.covariateVariance + treatment.covariateVariance;
  const slope = variance > 0 ? (control.covariance + treatment.covariance) / variance : 0;
  const adjusted = (arm: RatioPair): Estimate => ({
    units: arm.units,
    estimate: arm.outcome - slope * arm.covariate,
    squaredError: Math.max(
      0,
      arm.outcomeVariance - 2 * slope * arm.covariance + slope ** 2 * arm.covariateVariance,
    ),
  });
  const difference = testDifference(adjusted(control), adjusted(treatment), alpha);
  return isUnavailable(difference) ? difference : { slope, difference };
}
