import type { MetricDefinition } from "../model/metric.ts";
import type { UnitStatistics } from "./unit-statistics.ts";

/**
 * As many units as the pooled variance counts for, against an arm's own. Calibrated: 10 are too few for a skewed cost at
 * 90/10, and 100 cost more power than they save errors.
 */
const POOLED_UNITS = 25;

/** For proportions: one more unit that half succeeded and half failed. */
function withPseudoUnit({ units, observations, estimate, squaredError }: UnitStatistics): number {
  const pseudoResidual = (estimate ** 2 + (1 - estimate) ** 2) / 2;
  return squaredError + (pseudoResidual / observations ** 2) * (units / Math.max(1, units - 1));
}

/** An arm's own variance moderated by that of all arms together, never below its own. */
function moderated({ units, unitVariance, pooledVariance }: UnitStatistics): number {
  if (pooledVariance === undefined) return unitVariance / units;
  const shrunk = (units * unitVariance + POOLED_UNITS * pooledVariance) / (units + POOLED_UNITS);
  return Math.max(unitVariance, shrunk) / units;
}

/**
 * The squared standard error that always-valid intervals use. Looked at from the start, they meet arms whose plug-in
 * variance is far too small: a proportion that has seen one outcome only, or a skewed mean whose small arm has not met
 * the tail yet; a quantile's error must reach as far as its band. The corrections are made from the data of the same look, only ever widen, and vanish as 1/units.
 * @see Agresti, Caffo 2000, for the added unit; Smyth 2004, for variances moderated by a pooled one
 */
export function sequentialSquaredError(definition: MetricDefinition, statistics: UnitStatistics): number {
  const { envelopingSquaredError } = statistics;
  if (envelopingSquaredError !== undefined) return Math.max(envelopingSquaredError, moderated(statistics));
  if (definition.type !== "proportion") return moderated(statistics);
  return Math.max(withPseudoUnit(statistics), moderated(statistics));
}

/** Lets every arm know the variance of all arms together. */
export function withPooledVariance<Statistics extends UnitStatistics | undefined>(
  arms: readonly Statistics[],
): Statistics[] {
  const known = arms.flatMap((arm) => (arm ? [arm] : []));
  const units = known.reduce((sum, arm) => sum + arm.units, 0);
  const pooledVariance = known.reduce((sum, arm) => sum + arm.units * arm.unitVariance, 0) / units;
  return arms.map((arm) => (arm ? { ...arm, pooledVariance } : arm));
}
