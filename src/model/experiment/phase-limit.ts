import type { MetricDefinition } from "../metric/metric.ts";

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

/** How many phases of weights an experiment may have, by what is counted in each. */
export function maximumPhases(
  variants: number,
  metrics: readonly Pick<MetricDefinition, "type" | "distribution">[],
): number {
  const perVariant = metrics.reduce(
    (sum, { type, distribution }) =>
      sum + (type === "quantile" || distribution ? 1 + MOMENTS_OF_A_DISTRIBUTION : 1),
    0,
  );
  const phases = Math.floor(MAXIMUM_MOMENTS / Math.max(1, variants * perVariant));
  return Math.min(MAXIMUM_PHASES, Math.max(1, phases));
}
