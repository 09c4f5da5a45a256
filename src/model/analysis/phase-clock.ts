import * as z from "zod";

const shareSchema = z.number().min(0).max(1);

/**
 * What an arm has seen over phases of different weights, where weights were changed by hand or an arm's traffic was freed.
 * Every phase counts by the units N of all arms that go on, so that N · difference, summed over phases, is a martingale whatever
 * the weights depend on: with the variance Σ N² / n of each arm. A bound made for looks at that variance holds. Once an arm leaves,
 * phases count by those that are left: another martingale that hardly differs, and is as valid by itself.
 */
export const phaseClockSchema = z.strictObject({
  /** Of the arm, as the experiment was planned: the first phase's. */
  plannedWeight: shareSchema,
  /** Of the arm, in the newest phase. */
  newestWeight: shareSchema,
  /** Σ N as a share of what was planned for these arms: in one phase the units that have come, also those whose arm has left. */
  arrivals: z.number().nonnegative(),
  /** plannedWeight · Σ N² / n: as many arrivals as would have brought the same variance under the planned weights. */
  plannedArrivals: z.number().nonnegative(),
});
export type PhaseClock = z.infer<typeof phaseClockSchema>;

/** An arm as far as looks are timed by it. */
export interface TimedArm {
  units: number;
  clock?: PhaseClock | undefined;
}

/**
 * How many units of two arms have been seen, as looks are timed by it. Over phases of different weights: the units that would have
 * brought the same variance of N · difference under the planned weights.
 */
export function lookUnitsOf(one: TimedArm, other: TimedArm): number {
  if (!one.clock || !other.clock) return one.units + other.units;
  return (
    other.clock.plannedWeight * one.clock.plannedArrivals +
    one.clock.plannedWeight * other.clock.plannedArrivals
  );
}

/** How many units of an arm would tell as much as it has told, had all phases had the planned weights. */
export function plannedUnitsOf({ units, clock }: TimedArm): number {
  if (!clock || clock.plannedArrivals === 0) return units;
  return (clock.plannedWeight * clock.arrivals ** 2) / clock.plannedArrivals;
}
