import type { UnitStatistics } from "../estimates/unit-statistics.ts";

function unitsOf(arms: readonly UnitStatistics[]): number {
  return arms.reduce((sum, { units }) => sum + units, 0);
}

interface Part {
  arm: UnitStatistics;
  /** Of the phase in all. */
  share: number;
}

/** As many units as the variance over all phases counts for, against that of one phase. */
const UNITS_OF_ALL_PHASES = 25;

const unitVarianceOf = ({ envelopingSquaredError, squaredError, units }: UnitStatistics): number =>
  (envelopingSquaredError ?? squaredError) * units;

/**
 * An arm's squared error in one phase. Two units of a phase weigh as much as the fifty of another arm, and are often alike:
 * their own variance would call certain what nobody knows, and most so where they are alike by chance.
 */
function squaredErrorIn(arm: UnitStatistics, varianceOfAll: number): number {
  const { units } = arm;
  const moderated =
    (units * unitVarianceOf(arm) + UNITS_OF_ALL_PHASES * varianceOfAll) / (units + UNITS_OF_ALL_PHASES);
  return moderated / units;
}

/**
 * Combines the arms' estimates over phases of constant weights. Every phase counts in all arms by the same share, that of
 * its units, so that a drift over time cannot pass for a difference between arms. A phase in which an arm has fewer than
 * two units is left out for all.
 * @param phases for every phase the arms, in the same order
 * @returns one combined estimate per arm, or undefined when no phase is complete
 */
export function combinePhases(
  phases: readonly (readonly (UnitStatistics | undefined)[])[],
): UnitStatistics[] | undefined {
  const complete = phases.flatMap((arms) => {
    const measuredArms = arms.flatMap((arm) => (arm && arm.units > 1 ? [arm] : []));
    return measuredArms.length === arms.length ? [measuredArms] : [];
  });
  const [first] = complete;
  if (!first) return undefined;
  const total = complete.reduce((sum, arms) => sum + unitsOf(arms), 0);
  return first.map((_, index) => {
    const parts = complete.flatMap((arms) => {
      const arm = arms[index];
      return arm ? [{ arm, share: unitsOf(arms) / total }] : [];
    });
    const sum = (read: (part: Part) => number) => parts.reduce((all, part) => all + read(part), 0);
    const units = sum(({ arm }) => arm.units);
    const varianceOfAll = sum(({ arm }) => arm.units * unitVarianceOf(arm)) / units;
    const squaredError = sum(({ arm, share }) => share ** 2 * squaredErrorIn(arm, varianceOfAll));
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
 * Combines the arms that still get traffic over all phases. An arm that left is in no later phase, and must not take those
 * from the others.
 * @param hasLeft one per arm
 * @returns one per arm; undefined for those that left
 */
export function combineStaying(
  phases: readonly (readonly (UnitStatistics | undefined)[])[],
  hasLeft: readonly boolean[],
): (UnitStatistics | undefined)[] {
  const staying = (arms: readonly (UnitStatistics | undefined)[]) => arms.filter((_, arm) => !hasLeft[arm]);
  const combined = combinePhases(phases.map(staying)) ?? [];
  return hasLeft.map((left, arm) => {
    const before = hasLeft.slice(0, arm).filter((other) => !other).length;
    return left ? undefined : combined[before];
  });
}
