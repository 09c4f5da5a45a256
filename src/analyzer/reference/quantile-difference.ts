import type { Unavailable } from "#model/analysis/analysis.ts";
import { normalUpperQuantile } from "../distributions/index.ts";
import type { Estimate } from "../estimates/estimate.ts";
import { estimateOfRatio } from "../estimates/ratio-metric.ts";
import type { PairSums } from "../numeric/pair-sums.ts";
import { areFinite, isShare, isUnavailable, unavailable, withoutNaN } from "../unavailable.ts";

/** A sample quantile with the quantiles at the ends of its band ν ∓ z·√(ν(1−ν)/n). */
export interface QuantileSample {
  /** Values of the arm. */
  units: number;
  /** Values that the quantiles were read from, a sample of all. */
  sampledUnits: number;
  value: number;
  lower: number;
  upper: number;
}

export interface QuantileSettings {
  /** ν in (0, 1) */
  quantile: number;
  /** 1 − the coverage at which the band was laid. */
  bandAlpha: number;
  /** The least variance of one unit with 100 units or more; 0 unless given. */
  minimumUnitVariance?: number;
}

/** GrowthBook's floor, in squared units of the metric whatever they are: too much for costs in dollars. For parity only. */
export const GROWTHBOOK_MINIMUM_UNIT_VARIANCE = 1e-5;

/** With fewer units the floor of the variance does not apply. */
const FLOOR_FROM_UNITS = 100;

/**
 * A quantile as an estimate: its error is read back from the width of its band.
 * @returns `insufficient_data` unless the whole band lies inside (0, 1): 381 units for the 99th percentile;
 *          `zero_variance` when both ends of the band are the same value
 * @see Deng, Knoblich, Lu 2018, "Applying the Delta Method in Metric Analytics", 3.3
 */
export function estimateOfQuantile(
  sample: QuantileSample,
  settings: QuantileSettings,
): Estimate | Unavailable {
  const { units, sampledUnits, value, lower, upper } = sample;
  const { quantile, bandAlpha, minimumUnitVariance = 0 } = settings;
  if (!areFinite(units, sampledUnits, value, lower, upper, minimumUnitVariance))
    return unavailable("bad_input");
  if (!isShare(quantile) || !isShare(bandAlpha) || lower > upper || units < 0)
    return unavailable("bad_input");
  const reach = normalUpperQuantile(bandAlpha / 2);
  const odds = quantile / (1 - quantile);
  const needed = reach ** 2 * Math.max(odds, 1 / odds);
  if (!(Math.min(units, sampledUnits) > needed) || units < 2) return unavailable("insufficient_data");
  if (lower === upper) return unavailable("zero_variance");
  const floor = units >= FLOOR_FROM_UNITS ? minimumUnitVariance : 0;
  // The band stands for sampledUnits values; with n − 1, as every other variance.
  const bandVariance = ((upper - lower) / (2 * reach)) ** 2;
  const unitVariance = Math.max((units - 1) * (sampledUnits / units) * bandVariance, floor);
  return withoutNaN({ units, estimate: value, squaredError: unitVariance / units });
}

/**
 * The same when values come in clusters, one per unit of randomization: the variance grows by how much more the share of
 * values at or below the quantile varies between clusters than it would between independent values.
 * @param clusters sums over clusters: x values at or below the quantile, y values
 */
export function estimateOfClusteredQuantile(
  sample: QuantileSample,
  clusters: PairSums,
  settings: QuantileSettings,
): Estimate | Unavailable {
  const independent = estimateOfQuantile(sample, settings);
  if (isUnavailable(independent)) return independent;
  const share = estimateOfRatio(clusters);
  if (isUnavailable(share)) return share;
  const { quantile } = settings;
  const inflation = share.squaredError / ((quantile * (1 - quantile)) / sample.units);
  return withoutNaN({ ...independent, squaredError: independent.squaredError * inflation });
}
