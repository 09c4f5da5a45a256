import type { MetricDefinition } from "../metric/metric.ts";
import type { AdjustFor } from "../unit/adjustment.ts";

const MAXIMUM_PHASES = 200;

/** An experiment with fewer has hardly adapted. */
export const FEWEST_ADAPTIVE_PHASES = 10;

/**
 * All phases are looked at together, and what there is of one arm and metric in one phase takes some 500 bytes of memory: this
 * many take 10 MB, of the 128 MB that an isolate has for everything.
 */
const MAXIMUM_MOMENTS = 20_000;

/** The distribution of a metric takes as much memory as the sums of so many. */
const MOMENTS_OF_A_DISTRIBUTION = 40;

/** A metric without adjustment keeps so many sums of one arm and phase. */
const SUMS_OF_A_METRIC = 8;

/** What is counted of a metric of one arm in one phase. */
type CountedMetric = Pick<MetricDefinition, "type" | "distribution" | "adjustFor">;

/**
 * What strata and covariates add to what there is of one arm and metric in one phase, in multiples of that: sums for every stratum
 * by what is missing of its units, and products of covariates.
 */
function momentsOfAdjustment({ strata, covariates }: AdjustFor): number {
  const cells = (1 + (strata?.values.length ?? 0)) * (covariates.length > 0 ? 4 : 2);
  const values = 1 + covariates.length;
  const products = (values * (values + 1)) / 2 + 2 * values;
  return (cells * (3 + values) + products) / SUMS_OF_A_METRIC;
}

/** How much is counted of all arms in one phase, in units of what there is of one arm and a plain metric. */
export function momentsOfPhase(variants: number, metrics: readonly CountedMetric[]): number {
  const perVariant = metrics.reduce(
    (sum, { type, distribution, adjustFor }) =>
      sum +
      1 +
      (type === "quantile" || distribution ? MOMENTS_OF_A_DISTRIBUTION : 0) +
      (adjustFor ? momentsOfAdjustment(adjustFor) : 0),
    0,
  );
  return variants * perVariant;
}

/** How many phases of weights an experiment may have, by what is counted in each. */
export function maximumPhases(variants: number, metrics: readonly CountedMetric[]): number {
  const phases = Math.floor(MAXIMUM_MOMENTS / Math.max(1, momentsOfPhase(variants, metrics)));
  return Math.min(MAXIMUM_PHASES, Math.max(1, phases));
}
