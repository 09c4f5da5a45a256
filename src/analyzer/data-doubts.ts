import type { Analysis } from "../model/analysis.ts";
import type { DataDoubt, SampleRatioCheck } from "../model/data-quality.ts";
import type { DataAcceptance } from "../model/experiment.ts";

/** More units in two variants than this and something upstream assigns inconsistently. */
export const MAXIMUM_CROSSOVER_SHARE = 0.01;

/** Below this p-value of the split nothing is promoted, though the data are not in doubt yet. */
export const UNSETTLED_SPLIT = 0.05;

/** Below this many units a single crossed-over unit would exceed the share. */
const MINIMUM_UNITS_FOR_CROSSOVER = 100;

interface UnitCounts {
  units: number;
  crossedOverUnits: number;
}

/** The share of units that were seen in more than one variant. */
export function crossoverShareOf({ units, crossedOverUnits }: UnitCounts): number {
  const seen = units + crossedOverUnits;
  return seen === 0 ? 0 : crossedOverUnits / seen;
}

function hasTooManyCrossovers(counts: UnitCounts): boolean {
  return (
    counts.units + counts.crossedOverUnits >= MINIMUM_UNITS_FOR_CROSSOVER &&
    crossoverShareOf(counts) > MAXIMUM_CROSSOVER_SHARE
  );
}

/** What came after a person accepted the data. */
function countsSince(
  { units, crossedOverUnits }: UnitCounts,
  acceptance: DataAcceptance | undefined,
): UnitCounts {
  const accepted = acceptance?.units.flat().reduce((sum, count) => sum + count, 0) ?? 0;
  return {
    units: Math.max(0, units - accepted),
    crossedOverUnits: Math.max(0, crossedOverUnits - (acceptance?.crossedOverUnits ?? 0)),
  };
}

/** The analysis before, as far as it still counts: what a person has accepted since is not held against the experiment. */
export function sinceAcceptance(
  previous: Analysis | undefined,
  acceptance: DataAcceptance | undefined,
): Analysis | undefined {
  return previous && acceptance && previous.takenAt <= acceptance.at ? undefined : previous;
}

/**
 * What puts the numbers in doubt, at this look or at an earlier one. New traffic dilutes a fault, but the units that it
 * bent stay counted: so only a person lifts a doubt.
 */
export function findDataDoubts(
  counts: UnitCounts,
  { verdict }: SampleRatioCheck,
  previous: Analysis | undefined,
  acceptance: DataAcceptance | undefined,
): DataDoubt[] {
  const earlier = sinceAcceptance(previous, acceptance)?.dataDoubts ?? [];
  const now: Record<DataDoubt, boolean> = {
    sample_ratio_mismatch: verdict === "mismatch",
    too_many_crossed_over: hasTooManyCrossovers(countsSince(counts, acceptance)),
  };
  return (["sample_ratio_mismatch", "too_many_crossed_over"] as const).filter(
    (doubt) => now[doubt] || earlier.includes(doubt),
  );
}
