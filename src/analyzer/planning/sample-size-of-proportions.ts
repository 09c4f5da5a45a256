import type { Unavailable } from "#model/analysis/analysis.ts";
import { normalUpperQuantile } from "../distributions/index.ts";
import { areFinite, isShare, unavailable, withoutNaN } from "../unavailable.ts";
import type { Sides } from "./test-power.ts";

export interface ProportionSampleSizes {
  /** The pooled z-test without continuity correction: the one to use. */
  pooled: number;
  unpooled: number;
  /** The widely used online calculator, which takes control's variance under the null. */
  evanMiller: number;
  /** By the variance-stabilising transformation. */
  arcsine: number;
}

/**
 * Units per arm to find a difference of two shares, by four formulas, as real numbers.
 * @param baseline control's share in (0, 1)
 * @param difference treatment − control, not 0; baseline + difference in (0, 1)
 * @see Fleiss, Levin, Paik 2003, "Statistical Methods for Rates and Proportions", ch. 4; Cohen 1988, ch. 6
 */
export function sampleSizesOfProportions(
  baseline: number,
  difference: number,
  alpha: number,
  power: number,
  sides: Sides = 2,
): { exact: ProportionSampleSizes; units: ProportionSampleSizes } | Unavailable {
  if (!areFinite(baseline, difference) || !isShare(alpha) || !isShare(power)) return unavailable("bad_input");
  const treated = baseline + difference;
  if (!isShare(baseline) || !isShare(treated) || (sides !== 1 && sides !== 2))
    return unavailable("bad_input");
  if (difference === 0) return unavailable("unbounded");
  const significance = normalUpperQuantile(alpha / sides);
  const strength = normalUpperQuantile(1 - power);
  const [restOfControl, restOfTreatment] = [1 - baseline, 1 - treated];
  const ofControl = baseline * restOfControl;
  const separate = Math.sqrt(ofControl + treated * restOfTreatment);
  const common = ((baseline + treated) / 2) * ((restOfControl + restOfTreatment) / 2);
  const squared = (reach: number) => (reach / difference) ** 2;
  // sin of the difference of the two angles asin √share, without cancellation.
  const sine = difference / (Math.sqrt(treated * restOfControl) + Math.sqrt(baseline * restOfTreatment));
  const exact = {
    pooled: squared(significance * Math.sqrt(2 * common) + strength * separate),
    unpooled: squared((significance + strength) * separate),
    evanMiller: squared(significance * Math.sqrt(2 * ofControl) + strength * separate),
    arcsine: ((significance + strength) / Math.asin(Math.max(-1, Math.min(1, sine)))) ** 2 / 2,
  };
  const units = {
    pooled: Math.ceil(exact.pooled),
    unpooled: Math.ceil(exact.unpooled),
    evanMiller: Math.ceil(exact.evanMiller),
    arcsine: Math.ceil(exact.arcsine),
  };
  return withoutNaN({ exact, units });
}
