import { normalUpperQuantile } from "./distributions.ts";
import { envelopingError, quantileBand, shareError } from "./quantile-band.ts";
import { type Distribution, valueAt } from "./quantile-distribution.ts";
import type { UnitStatistics } from "./unit-statistics.ts";

/** Coverage of the band whose half-width becomes the standard error: 95 %. */
const BAND_TAIL = 0.025;

/**
 * A quantile of the events' values, clustered by unit: the smallest value up to which at least this share of the events
 * lies, its band for every multiplier, and a standard error for what takes only that. The standard error is half of
 * Woodruff's interval; where that is a single value, because values repeat, it is what the next value would ask for.
 * @param quantile in (0, 1)
 * @returns undefined when there are too few events for the band to lie inside the data
 * @see Woodruff 1952, "Confidence Intervals for Medians and Other Position Measures"
 */
export function quantileStatistics(distribution: Distribution, quantile: number): UnitStatistics | undefined {
  const { sketch } = distribution;
  if (sketch.units < 2) return undefined;
  const z = normalUpperQuantile(BAND_TAIL);
  const needed = z ** 2 * Math.max(quantile / (1 - quantile), (1 - quantile) / quantile);
  if (sketch.events <= needed) return undefined;

  const estimate = valueAt(distribution, quantile);
  const error = shareError(distribution, quantile);
  const band = quantileBand(distribution, quantile, error);
  const envelope = envelopingError(band, estimate);
  const width = valueAt(distribution, quantile + z * error) - valueAt(distribution, quantile - z * error);
  const squaredError = (width > 0 ? width / (2 * z) : envelope) ** 2;
  return {
    units: sketch.units,
    observations: sketch.events,
    estimate,
    unitVariance: squaredError * sketch.units,
    squaredError,
    band,
    envelopingSquaredError: Math.max(squaredError, envelope ** 2),
    oneObservationPerUnit: sketch.events === sketch.units,
  };
}
