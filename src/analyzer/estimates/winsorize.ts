import type { Unavailable } from "#model/analysis/analysis.ts";
import { interpolatedQuantile } from "../numeric/quantile.ts";
import { isUnavailable, unavailable, withoutNaN } from "../unavailable.ts";
import type { MeanAndVariance } from "./estimate.ts";
import { summarize, varianceOfSummary } from "./summary.ts";

export interface Winsorized {
  /** The same for both arms. */
  lowerCap: number;
  upperCap: number;
  control: MeanAndVariance;
  treatment: MeanAndVariance;
  /** Units whose value was moved to a cap. */
  capped: number;
}

/**
 * Caps units' values at quantiles of both arms together: caps of their own would hide a difference in the tails.
 * @param control, treatment  one value for every unit
 * @param lowerQuantile, upperQuantile in [0, 1], the lower one not above the upper one
 * @see Kohavi, Tang, Xu 2020, "Trustworthy Online Controlled Experiments", ch. 22
 */
export function winsorizePooled(
  control: readonly number[],
  treatment: readonly number[],
  lowerQuantile: number,
  upperQuantile: number,
): Winsorized | Unavailable {
  if (!(lowerQuantile >= 0 && lowerQuantile <= upperQuantile && upperQuantile <= 1))
    return unavailable("bad_input");
  const pooled = [...control, ...treatment].sort((a, b) => a - b);
  if (!pooled.every(Number.isFinite)) return unavailable("bad_input");
  const lowerCap = interpolatedQuantile(pooled, lowerQuantile);
  const upperCap = interpolatedQuantile(pooled, upperQuantile);
  const describe = (values: readonly number[]) => {
    const summary = summarize(values.map((value) => Math.min(upperCap, Math.max(lowerCap, value))));
    return isUnavailable(summary) ? summary : varianceOfSummary(summary);
  };
  const [ofControl, ofTreatment] = [describe(control), describe(treatment)];
  if (isUnavailable(ofControl)) return ofControl;
  if (isUnavailable(ofTreatment)) return ofTreatment;
  return withoutNaN({
    lowerCap,
    upperCap,
    control: ofControl,
    treatment: ofTreatment,
    capped: pooled.filter((value) => value < lowerCap || value > upperCap).length,
  });
}
