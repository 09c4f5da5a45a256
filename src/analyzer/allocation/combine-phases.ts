import type { PhaseClock } from "#model/analysis/phase-clock.ts";
import type { UnitStatistics } from "../estimates/unit-statistics.ts";

/** How weights that do not follow the evidence were planned, and how they became. One entry per arm. */
export interface Design {
  plannedWeights: readonly number[];
  /** For every phase. */
  weights: readonly (readonly number[])[];
}

/** A phase in which every arm was seen. */
interface CompletePhase {
  arms: UnitStatistics[];
  /** What it counts by: the units of the arms; with a design as a share of what was planned for these. */
  arrivals: number;
}

function completePhase(
  arms: readonly (UnitStatistics | undefined)[],
  plannedWeights: readonly number[] | undefined,
): CompletePhase[] {
  const measuredArms = arms.flatMap((arm) => (arm && arm.units > 1 ? [arm] : []));
  const weight = plannedWeights?.reduce((sum, share) => sum + share, 0) ?? 1;
  if (measuredArms.length < arms.length || !(weight > 0)) return [];
  const units = measuredArms.reduce((sum, arm) => sum + arm.units, 0);
  return [{ arms: measuredArms, arrivals: units / weight }];
}

interface Part {
  arm: UnitStatistics;
  arrivals: number;
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

function clockOf(parts: readonly Part[], { plannedWeights, weights }: Design, arm: number): PhaseClock {
  const plannedWeight = plannedWeights[arm] ?? 0;
  const variance = parts.reduce((sum, { arm: { units }, arrivals }) => sum + arrivals ** 2 / units, 0);
  return {
    plannedWeight,
    newestWeight: weights.at(-1)?.[arm] ?? plannedWeight,
    arrivals: parts.reduce((sum, { arrivals }) => sum + arrivals, 0),
    plannedArrivals: plannedWeight * variance,
  };
}

/**
 * Combines the arms' estimates over phases of constant weights. Every phase counts in all arms by the same share, that of
 * its units, so that a drift over time cannot pass for a difference between arms. A phase in which an arm has fewer than
 * two units is left out for all.
 * @param phases for every phase the arms, in the same order
 * @param design where weights do not follow the evidence: then every arm gets the clock that its looks are timed by
 * @returns one combined estimate per arm, or undefined when no phase is complete
 */
export function combinePhases(
  phases: readonly (readonly (UnitStatistics | undefined)[])[],
  design?: Design,
): UnitStatistics[] | undefined {
  const complete = phases.flatMap((arms) => completePhase(arms, design?.plannedWeights));
  const [first] = complete;
  if (!first) return undefined;
  const total = complete.reduce((sum, { arrivals }) => sum + arrivals, 0);
  return first.arms.map((_, index) => {
    const parts = complete.flatMap(({ arms, arrivals }) => {
      const arm = arms[index];
      return arm ? [{ arm, arrivals, share: arrivals / total }] : [];
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
      ...(design && { clock: clockOf(parts, design, index) }),
    };
  });
}

/** The design of some of the arms. */
export function designOf(
  { plannedWeights, weights }: Design,
  select: (shares: readonly number[]) => number[],
): Design {
  return { plannedWeights: select(plannedWeights), weights: weights.map(select) };
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
  design?: Design,
): (UnitStatistics | undefined)[] {
  const staying = <Value>(arms: readonly Value[]) => arms.filter((_, arm) => !hasLeft[arm]);
  const stayingDesign = design && designOf(design, staying);
  const combined = combinePhases(phases.map(staying), stayingDesign) ?? [];
  return hasLeft.map((left, arm) => {
    const before = hasLeft.slice(0, arm).filter((other) => !other).length;
    return left ? undefined : combined[before];
  });
}
