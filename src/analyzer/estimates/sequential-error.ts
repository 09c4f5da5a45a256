import type { Horizon } from "#model/experiment/horizon.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { UnitStatistics } from "./unit-statistics.ts";

/**
 * As many units as the pooled variance counts for, against an arm's own. Calibrated with a skewed cost at 90/10: 10 are too
 * few, and for an interval without end 100 cost more power than they save errors. Bounds that spend all of their alpha up
 * to the maximum leave nothing for a variance that is too small.
 */
const POOLED_UNITS: Record<Horizon, number> = { maximum: 100, open: 25 };

/** For proportions: one more unit that half succeeded and half failed. */
function withPseudoUnit({ units, observations, estimate, squaredError }: UnitStatistics): number {
  const pseudoResidual = (estimate ** 2 + (1 - estimate) ** 2) / 2;
  return squaredError + (pseudoResidual / observations ** 2) * (units / Math.max(1, units - 1));
}

/** One more unit that is off by as much as might have been missed, where all units so far are alike. */
function withMissedUnit(units: number, missedDeviation: number): number {
  return (missedDeviation / units) ** 2 * (units / Math.max(1, units - 1));
}

/** An arm's own variance moderated by that of all arms together, never below its own. */
function moderated({
  units,
  unitVariance,
  pooledVariance,
  pooledUnits = POOLED_UNITS.open,
  missedDeviation,
}: UnitStatistics): number {
  if (missedDeviation !== undefined) return withMissedUnit(units, missedDeviation);
  if (pooledVariance === undefined) return unitVariance / units;
  const shrunk = (units * unitVariance + pooledUnits * pooledVariance) / (units + pooledUnits);
  return Math.max(unitVariance, shrunk) / units;
}

/**
 * The squared standard error that always-valid intervals use. Looked at from the start, they meet arms whose plug-in
 * variance is far too small: a proportion that has seen one outcome only, or a skewed mean whose small arm has not met
 * the tail yet; a quantile's error must reach as far as its band. The corrections are made from the data of the same look, only ever widen, and vanish as 1/units.
 *
 * Where no arm varies, the error is what could have been missed: n units that are alike leave room for a share of about
 * 3/n that is not (the rule of three), so one more unit is counted that is off by the metric's own size. It says nothing of
 * rarer and larger deviations; nor does any variance that is estimated before they were met.
 * @see Agresti, Caffo 2000, for the added unit; Smyth 2004, for variances moderated by a pooled one; Hanley, Lippman-Hand
 * 1983, "If nothing goes wrong, is everything all right?", for the rule of three
 */
export function sequentialSquaredError(definition: MetricDefinition, statistics: UnitStatistics): number {
  const { envelopingSquaredError } = statistics;
  if (envelopingSquaredError !== undefined) return Math.max(envelopingSquaredError, moderated(statistics));
  if (definition.type !== "proportion") return moderated(statistics);
  if (statistics.missedDeviation !== undefined) return withPseudoUnit(statistics);
  return Math.max(withPseudoUnit(statistics), moderated(statistics));
}

/**
 * Two arms as they can be compared. Where neither varies, the plain error of a single look is 0 and would make any
 * difference certain: then it is the one that always-valid intervals use.
 */
export function withComparableErrors(
  definition: MetricDefinition,
  control: UnitStatistics | undefined,
  treatment: UnitStatistics | undefined,
): { control: UnitStatistics | undefined; treatment: UnitStatistics | undefined } {
  if (!control || !treatment || control.squaredError + treatment.squaredError > 0)
    return { control, treatment };
  // Neither varies, so that it does not matter how much a pooled variance counts.
  const pair = control.pooledVariance
    ? [control, treatment]
    : withPooledVariance([control, treatment], "open");
  const [first, second] = pair.map((arm) => ({
    ...arm,
    squaredError: sequentialSquaredError(definition, arm),
  }));
  return { control: first, treatment: second };
}

/** Lets every arm know the variance of all arms together, or the size of what may have been missed where there is none. */
export function withPooledVariance<Statistics extends UnitStatistics | undefined>(
  arms: readonly Statistics[],
  horizon: Horizon,
): Statistics[] {
  const measuredArms = arms.flatMap((arm) => (arm ? [arm] : []));
  const units = measuredArms.reduce((sum, arm) => sum + arm.units, 0);
  const pooledVariance = measuredArms.reduce((sum, arm) => sum + arm.units * arm.unitVariance, 0) / units;
  if (pooledVariance === 0) {
    const missedDeviation = Math.max(...measuredArms.map(({ estimate }) => Math.abs(estimate)));
    return arms.map((arm) => (arm ? { ...arm, pooledVariance, missedDeviation } : arm));
  }
  const pooledUnits = POOLED_UNITS[horizon];
  return arms.map((arm) => (arm ? { ...arm, pooledVariance, pooledUnits } : arm));
}
