import { fnv32a } from "#assigner/hash.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";

/*
 * What is counted from the log needs the state of every unit, and an isolate has 128 MB. So units are counted part by part, each
 * time with all of the log read, and what they come to is added up.
 */

/** So many units' states take some 60 MB. */
const UNITS_AT_ONCE = 100_000;

/** Some of the units: those of one of so many parts. */
export interface Partition {
  index: number;
  of: number;
}

/** Whether a unit is in a partition. @param unit its keyed hash */
export function isIn({ index, of }: Partition, unit: string): boolean {
  // The lowest bits say which shard a unit is in.
  return of === 1 || Math.floor(fnv32a(unit) / 256) % of === index;
}

function unitsOf(phases: readonly ExperimentTotals[]): number {
  let units = 0;
  for (const { variants, multipleExposureUnits, excludedUnits, returningUnits } of phases) {
    units += multipleExposureUnits + excludedUnits + returningUnits;
    for (const variant of Object.values(variants)) units += variant.units;
  }
  return units;
}

/**
 * The parts in which units are counted.
 * @param phases the totals of all units, by phase
 * @param shards among how many the log is divided, of which one is counted at a time
 */
export function partitionsOf(
  phases: readonly ExperimentTotals[],
  shards: number,
  atOnce = UNITS_AT_ONCE,
): Partition[] {
  const of = Math.max(1, Math.ceil(unitsOf(phases) / shards / atOnce));
  return Array.from({ length: of }, (_, index) => ({ index, of }));
}
