import { normalUpperQuantile } from "../distributions/index.ts";
import { envelopingError, type QuantileBand, quantileBand, shareError } from "./quantile-band.ts";
import { type Distribution, valueAt } from "./quantile-distribution.ts";
import type { UnitStatistics } from "./unit-statistics.ts";

/** Coverage of the band whose half-width becomes the standard error: 95 %. */
const BAND_TAIL = 0.025;

/** A quantile with a standard error, as it is shown. */
interface QuantileEstimate {
  estimate: number;
  squaredError: number;
}

interface Located extends QuantileEstimate {
  /** The standard error of the share of events up to the quantile. */
  error: number;
}

/** @returns undefined when there are too few events for the band to lie inside the data */
function locate(distribution: Distribution, quantile: number): Located | undefined {
  const { units, events } = distribution.sketch;
  if (units < 2) return undefined;
  const z = normalUpperQuantile(BAND_TAIL);
  const needed = z ** 2 * Math.max(quantile / (1 - quantile), (1 - quantile) / quantile);
  if (events <= needed) return undefined;
  const estimate = valueAt(distribution, quantile);
  const error = shareError(distribution, quantile);
  const width = valueAt(distribution, quantile + z * error) - valueAt(distribution, quantile - z * error);
  const standardError =
    width > 0 ? width / (2 * z) : envelopingError(quantileBand(distribution, quantile, error), estimate);
  return { estimate, error, squaredError: standardError ** 2 };
}

/**
 * A quantile of the events' values, clustered by unit: the smallest value up to which at least this share of the events
 * lies. The standard error is half of Woodruff's interval; where that is a single value, because values repeat, it is what
 * the next value would ask for.
 * @param quantile in (0, 1)
 * @returns undefined when there are too few events for the band to lie inside the data
 * @see Woodruff 1952, "Confidence Intervals for Medians and Other Position Measures"
 */
export function quantileEstimate(distribution: Distribution, quantile: number): QuantileEstimate | undefined {
  return locate(distribution, quantile);
}

/** The same with its band, for comparisons of quantiles. */
export function quantileWithBand(
  distribution: Distribution,
  quantile: number,
): (UnitStatistics & { band: QuantileBand }) | undefined {
  const located = locate(distribution, quantile);
  if (!located) return undefined;
  const { estimate, error, squaredError } = located;
  const { units, events, squaredEvents } = distribution.sketch;
  return {
    units,
    effectiveUnits: events ** 2 / squaredEvents,
    observations: events,
    estimate,
    unitVariance: squaredError * units,
    squaredError,
    band: quantileBand(distribution, quantile, error),
    oneObservationPerUnit: events === units,
  };
}

/** The same for a metric, whose guardrails and allocation take an estimate and its error. */
export function quantileStatistics(distribution: Distribution, quantile: number): UnitStatistics | undefined {
  const statistics = quantileWithBand(distribution, quantile);
  if (!statistics) return undefined;
  const { squaredError, band, estimate } = statistics;
  const envelopingSquaredError = Math.max(squaredError, envelopingError(band, estimate) ** 2);
  return { ...statistics, envelopingSquaredError };
}
