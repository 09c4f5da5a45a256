import type { Unavailable } from "#model/analysis/analysis.ts";
import { studentUpperQuantile } from "../distributions/index.ts";
import { add, divide, subtract, toNumber, ZERO } from "../numeric/exact-sum.ts";
import { centeredProduct, type PairSums, quotient, residualSquares, toExact } from "../numeric/pair-sums.ts";
import { type TestedDifference, testDifference } from "../tests/welch.ts";
import { areFinite, isUnavailable, unavailable, withoutNaN } from "../unavailable.ts";
import type { Estimate } from "./estimate.ts";
import type { Lift } from "./relative-lift.ts";

/** An arm's outcome after what its covariate explains was taken out. */
export interface AdjustedArm extends Estimate {
  /** Of one unit's adjusted outcome; squaredError × units. */
  unitVariance: number;
  unadjusted: { estimate: number; squaredError: number };
  /** Per unit: outcome with covariate, and covariate. For errors of a lift. */
  variances: { outcome: number; covariate: number; covariance: number };
}

export interface AdjustedArms {
  /** The slope θ of outcome on covariate; 0 when the covariate is constant. */
  slope: number;
  /** Mean of the covariate over all arms, which the adjusted means are centered on. */
  covariateMean: number;
  arms: AdjustedArm[];
}

/**
 * CUPED: takes out of every arm what a covariate from before the assignment explains, with one slope for all arms,
 * θ = Cov(y, x) / Var(x) over all units together.
 * @param arms  sums of every arm, with y the outcome and x the value before assignment
 * @returns `insufficient_data` below two units in an arm, `bad_input` for impossible sums
 * @see Deng, Xu, Kohavi, Walker 2013
 */
export function adjustByCovariate(arms: readonly PairSums[]): AdjustedArms | Unavailable {
  if (!arms.every((arm) => areFinite(...Object.values(arm).map((sum) => toNumber(toExact(sum))))))
    return unavailable("bad_input");
  if (arms.length === 0 || arms.some(({ units }) => units < 2)) return unavailable("insufficient_data");
  const total = (field: keyof PairSums) => arms.reduce((sum, arm) => add(sum, toExact(arm[field])), ZERO);
  const units = toNumber(total("units"));
  const [sumX, sumY] = [total("x"), total("y")];
  const spread = centeredProduct(total("xx"), sumX, sumX, units);
  const shared = centeredProduct(total("xy"), sumX, sumY, units);
  const slope = toNumber(spread) > 0 ? quotient(shared, spread) : ZERO;
  const covariateMean = divide(sumX, units);

  const adjusted = arms.map((arm): AdjustedArm => {
    const [y, x] = [toExact(arm.y), toExact(arm.x)];
    const mean = toNumber(divide(y, arm.units));
    const outcome = centeredProduct(toExact(arm.yy), y, y, arm.units);
    const covariate = centeredProduct(toExact(arm.xx), x, x, arm.units);
    const covariance = centeredProduct(toExact(arm.xy), x, y, arm.units);
    const perUnit = (squares: typeof outcome) => toNumber(squares) / (arm.units - 1);
    const unitVariance = perUnit(residualSquares(outcome, covariance, covariate, slope));
    const shift = subtract(divide(x, arm.units), covariateMean);
    return {
      units: arm.units,
      estimate: mean - toNumber(slope) * toNumber(shift),
      unitVariance,
      squaredError: unitVariance / arm.units,
      unadjusted: { estimate: mean, squaredError: perUnit(outcome) / arm.units },
      variances: {
        outcome: perUnit(outcome),
        covariate: perUnit(covariate),
        covariance: perUnit(covariance),
      },
    };
  });
  const possible = adjusted.every(
    ({ unitVariance, variances }) =>
      !(unitVariance < 0) && !(variances.outcome < 0) && !(variances.covariate < 0),
  );
  if (!possible) return unavailable("bad_input");
  return withoutNaN({ slope: toNumber(slope), covariateMean: toNumber(covariateMean), arms: adjusted });
}

export interface AdjustedComparison {
  slope: number;
  control: AdjustedArm;
  treatment: AdjustedArm;
  difference: TestedDifference;
  /** Variance of the adjusted difference / variance of the plain one: 1 − ρ². */
  varianceRatio: number;
  /** Over the unadjusted control mean. `zero_baseline` when that is 0. */
  relative: Lift | Unavailable;
}

/** Welch's test and the lift between two arms adjusted by their covariate. @param alpha 1 − the intervals' coverage */
export function compareAdjusted(
  controlSums: PairSums,
  treatmentSums: PairSums,
  alpha: number,
): AdjustedComparison | Unavailable {
  const adjusted = adjustByCovariate([controlSums, treatmentSums]);
  if (isUnavailable(adjusted)) return adjusted;
  const { slope, arms } = adjusted;
  const [control, treatment] = arms;
  if (!control || !treatment) return unavailable("insufficient_data");
  const difference = testDifference(control, treatment, alpha);
  if (isUnavailable(difference)) return difference;
  const plain = control.unadjusted.squaredError + treatment.unadjusted.squaredError;
  const quantile = studentUpperQuantile(alpha / 2, difference.degreesOfFreedom);
  return withoutNaN({
    slope,
    control,
    treatment,
    difference,
    varianceRatio: difference.standardError ** 2 / plain,
    relative: adjustedLift(control, treatment, slope, difference.estimate, quantile),
  });
}

/** The lift's error: the baseline is the control's plain mean, correlated with the adjusted difference. */
function adjustedLift(
  control: AdjustedArm,
  treatment: AdjustedArm,
  slope: number,
  difference: number,
  quantile: number,
): Lift | Unavailable {
  const baseline = control.unadjusted.estimate;
  if (baseline === 0) return unavailable("zero_baseline");
  const ratio = treatment.unadjusted.estimate / baseline;
  const { outcome, covariate, covariance } = control.variances;
  const ofControl = outcome * ratio ** 2 - 2 * slope * covariance * ratio + slope ** 2 * covariate;
  const squaredError = (treatment.squaredError + Math.max(0, ofControl) / control.units) / baseline ** 2;
  const lift = difference / Math.abs(baseline);
  const standardError = Math.sqrt(squaredError);
  const reach = quantile * standardError;
  return withoutNaN({ lift, standardError, interval: { lower: lift - reach, upper: lift + reach } });
}
