import type { UnitStatistics } from "./unit-statistics.ts";

function unitsOf(arms: readonly UnitStatistics[]): number {
  return arms.reduce((sum, { units }) => sum + units, 0);
}

/**
 * Combines the arms' estimates over periods of constant weights. Every period counts in all arms by the same share, that of
 * its units, so that a drift over time cannot pass for a difference between arms. A period in which an arm has fewer than
 * two units is left out for all.
 * @param periods for every period the arms, in the same order
 * @returns one combined estimate per arm, or undefined when no period is complete
 */
export function combinePeriods(
  periods: readonly (readonly (UnitStatistics | undefined)[])[],
): UnitStatistics[] | undefined {
  const complete = periods.flatMap((arms) => {
    const known = arms.flatMap((arm) => (arm && arm.units > 1 ? [arm] : []));
    return known.length === arms.length ? [known] : [];
  });
  const [first] = complete;
  if (!first) return undefined;
  const total = complete.reduce((sum, arms) => sum + unitsOf(arms), 0);
  return first.map((_, index) => {
    const parts = complete.flatMap((arms) => {
      const arm = arms[index];
      return arm ? [{ arm, share: unitsOf(arms) / total }] : [];
    });
    const sum = (read: (part: { arm: UnitStatistics; share: number }) => number) =>
      parts.reduce((all, part) => all + read(part), 0);
    const units = sum(({ arm }) => arm.units);
    const squaredError = sum(
      ({ arm, share }) => share ** 2 * (arm.envelopingSquaredError ?? arm.squaredError),
    );
    return {
      units,
      effectiveUnits: sum(({ arm }) => arm.effectiveUnits),
      observations: sum(({ arm }) => arm.observations),
      estimate: sum(({ arm, share }) => share * arm.estimate),
      squaredError,
      unitVariance: squaredError * units,
      oneObservationPerUnit: false,
    };
  });
}

/**
 * Combines the arms that still get traffic over all periods. An arm that left is in no later period, and must not take those
 * from the others.
 * @param hasLeft one per arm
 * @returns one per arm; undefined for those that left
 */
export function combineStaying(
  periods: readonly (readonly (UnitStatistics | undefined)[])[],
  hasLeft: readonly boolean[],
): (UnitStatistics | undefined)[] {
  const staying = (arms: readonly (UnitStatistics | undefined)[]) => arms.filter((_, arm) => !hasLeft[arm]);
  const combined = combinePeriods(periods.map(staying)) ?? [];
  return hasLeft.map((left, arm) => {
    const before = hasLeft.slice(0, arm).filter((other) => !other).length;
    return left ? undefined : combined[before];
  });
}
