import type { Unavailable } from "#model/analysis/analysis.ts";
import { normalUpperQuantile, normalUpperTail } from "../distributions/index.ts";
import { product, subtract, toNumber } from "../numeric/exact-sum.ts";
import { isShare, unavailable, withoutNaN } from "../unavailable.ts";
import type { Bounds } from "./estimate.ts";
import { type Counts, inputErrorOfCounts, wilsonBounds } from "./proportion-interval.ts";

export interface ProportionDifference {
  control: number;
  treatment: number;
  difference: number;
  /** Of the pooled test. */
  statistic: number;
  /** Two-sided. */
  pValue: number;
  pooledError: number;
  unpooledError: number;
  /** For parity with other tools only: collapses at 0 and 1. */
  wald: Bounds;
  /** From the arms' Wilson intervals: the one to report. */
  newcombe: Bounds;
}

/** Treatment's share minus control's, from the exact cross product, so that shares near each other keep their digits. */
export function differenceOfShares(control: Counts, treatment: Counts): number {
  const cross = subtract(
    product(treatment.successes, control.units),
    product(control.successes, treatment.units),
  );
  return toNumber(cross) / control.units / treatment.units;
}

/** The variance of treatment's share minus control's, without a common share. */
export function unpooledVariance(control: Counts, treatment: Counts): number {
  const variance = ({ successes, units }: Counts) =>
    ((successes / units) * ((units - successes) / units)) / units;
  return variance(control) + variance(treatment);
}

/**
 * Pooled z-test of treatment − control with two intervals.
 * @param alpha 1 − the intervals' coverage
 * @returns `zero_variance` when all units of both arms succeed, or none; `insufficient_data` for an empty arm
 * @see Newcombe 1998, "Interval estimation for the difference between independent proportions", method 10
 */
export function compareProportions(
  control: Counts,
  treatment: Counts,
  alpha: number,
): ProportionDifference | Unavailable {
  const inputError = inputErrorOfCounts(control) ?? inputErrorOfCounts(treatment);
  if (inputError) return inputError;
  if (!isShare(alpha)) return unavailable("bad_input");
  const units = control.units + treatment.units;
  const successes = control.successes + treatment.successes;
  const failures = control.units - control.successes + (treatment.units - treatment.successes);
  if (successes === 0 || failures === 0) return unavailable("zero_variance");

  const difference = differenceOfShares(control, treatment);
  const pooledError = Math.sqrt(
    (successes / units) * (failures / units) * (1 / control.units + 1 / treatment.units),
  );
  const unpooledError = Math.sqrt(unpooledVariance(control, treatment));
  const statistic = difference / pooledError;
  const z = normalUpperQuantile(alpha / 2);
  return withoutNaN({
    control: control.successes / control.units,
    treatment: treatment.successes / treatment.units,
    difference,
    statistic,
    pValue: 2 * normalUpperTail(Math.abs(statistic)),
    pooledError,
    unpooledError,
    wald: { lower: difference - z * unpooledError, upper: difference + z * unpooledError },
    newcombe: newcombeBounds(control, treatment, difference, z),
  });
}

function newcombeBounds(control: Counts, treatment: Counts, difference: number, z: number): Bounds {
  const reach = (counts: Counts) => {
    const share = counts.successes / counts.units;
    const { lower, upper } = wilsonBounds(counts, z);
    return { below: share - lower, above: upper - share };
  };
  const [ofControl, ofTreatment] = [reach(control), reach(treatment)];
  return {
    lower: difference - Math.hypot(ofTreatment.below, ofControl.above),
    upper: difference + Math.hypot(ofTreatment.above, ofControl.below),
  };
}
