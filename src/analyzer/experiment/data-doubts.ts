import type { Analysis } from "#model/analysis/analysis.ts";
import type { DataDoubt, SampleRatioCheck, StandingDoubts } from "#model/analysis/data-quality.ts";
import type { DataAcceptance } from "#model/experiment/experiment.ts";

/** More units in two variants than this and something upstream assigns inconsistently. */
export const MAXIMUM_MULTIPLE_EXPOSURE_SHARE = 0.01;

/** Below this p-value of the split nothing is promoted, though the data are not in doubt yet. */
export const UNSETTLED_SPLIT = 0.05;

/** Below this many units a single unit with multiple exposures would exceed the share. */
const MINIMUM_UNITS_FOR_MULTIPLE_EXPOSURES = 100;

interface UnitCounts {
  units: number;
  multipleExposureUnits: number;
}

/** The share of units that were seen in more than one variant. */
export function multipleExposureShareOf({ units, multipleExposureUnits }: UnitCounts): number {
  const seen = units + multipleExposureUnits;
  return seen === 0 ? 0 : multipleExposureUnits / seen;
}

function hasTooManyMultipleExposures(counts: UnitCounts): boolean {
  return (
    counts.units + counts.multipleExposureUnits >= MINIMUM_UNITS_FOR_MULTIPLE_EXPOSURES &&
    multipleExposureShareOf(counts) > MAXIMUM_MULTIPLE_EXPOSURE_SHARE
  );
}

/** What came after a person accepted the data. */
function countsSince(
  { units, multipleExposureUnits }: UnitCounts,
  acceptance: DataAcceptance | undefined,
): UnitCounts {
  const accepted = acceptance?.units.flat().reduce((sum, count) => sum + count, 0) ?? 0;
  return {
    units: Math.max(0, units - accepted),
    multipleExposureUnits: Math.max(0, multipleExposureUnits - (acceptance?.multipleExposureUnits ?? 0)),
  };
}

/** What one look holds against the data, with what it knows of the looks before it. */
export function doubtsOf({ takenAt, dataDoubts, sampleRatio }: Analysis): StandingDoubts {
  return { takenAt, dataDoubts, runningPValue: sampleRatio.runningPValue };
}

/**
 * What earlier looks hold against the data, as far as it still counts: what a person has accepted since does not.
 * @param standing kept with the experiment; the analysis before may be an older one
 */
export function earlierDoubts(
  previous: Analysis | undefined,
  standing: StandingDoubts | undefined,
  acceptance: DataAcceptance | undefined,
): Pick<StandingDoubts, "dataDoubts"> & { runningPValue: number } {
  const counting = [previous && doubtsOf(previous), standing].flatMap((doubts) =>
    doubts && !(acceptance && doubts.takenAt <= acceptance.at) ? [doubts] : [],
  );
  return {
    dataDoubts: counting.flatMap(({ dataDoubts }) => dataDoubts),
    runningPValue: Math.min(1, ...counting.map(({ runningPValue }) => runningPValue ?? 1)),
  };
}

/**
 * What puts the numbers in doubt, at this look or at an earlier one. New traffic dilutes a fault, but the units that it
 * bent stay counted: so only a person lifts a doubt.
 */
export function findDataDoubts(
  counts: UnitCounts,
  { verdict }: SampleRatioCheck,
  earlier: readonly DataDoubt[],
  acceptance: DataAcceptance | undefined,
): DataDoubt[] {
  const now: Record<DataDoubt, boolean> = {
    sample_ratio_mismatch: verdict === "mismatch",
    too_many_multiple_exposures: hasTooManyMultipleExposures(countsSince(counts, acceptance)),
  };
  return (["sample_ratio_mismatch", "too_many_multiple_exposures"] as const).filter(
    (doubt) => now[doubt] || earlier.includes(doubt),
  );
}
