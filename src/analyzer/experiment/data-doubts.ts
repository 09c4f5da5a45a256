import {
  type DataDoubt,
  dataDoubtSchema,
  type SampleRatioCheck,
  type StandingDoubts,
} from "#model/analysis/data-quality.ts";
import type { EarlierLook } from "#model/analysis/earlier-look.ts";
import type { DataAcceptance } from "#model/experiment/data-acceptance.ts";

/** More units in two variants than this and something upstream assigns inconsistently. */
export const MAXIMUM_MULTIPLE_EXPOSURE_SHARE = 0.01;

/**
 * Whoever asks to be erased may have fared otherwise than the rest. What units show that are still there moves by no more than
 * this share of the range of their values.
 */
export const MAXIMUM_ERASED_SHARE = 0.01;

/** Below this p-value of the split nothing is promoted, though the data are not in doubt yet. */
export const UNSETTLED_SPLIT = 0.05;

/** Below this many units a single one that is left out would exceed the share. */
const MINIMUM_UNITS_FOR_SHARES = 100;

interface UnitCounts {
  units: number;
  multipleExposureUnits: number;
  erasedUnits: number;
}

function shareOf(leftOut: number, units: number): number {
  return leftOut + units === 0 ? 0 : leftOut / (leftOut + units);
}

/** The share of units that were seen in more than one variant. */
export function multipleExposureShareOf({
  units,
  multipleExposureUnits,
}: Pick<UnitCounts, "units" | "multipleExposureUnits">): number {
  return shareOf(multipleExposureUnits, units);
}

/** The share of units that were erased on request. */
export function erasedShareOf({ units, erasedUnits }: Pick<UnitCounts, "units" | "erasedUnits">): number {
  return shareOf(erasedUnits, units);
}

function isTooMany(leftOut: number, units: number, maximumShare: number): boolean {
  return leftOut + units >= MINIMUM_UNITS_FOR_SHARES && shareOf(leftOut, units) > maximumShare;
}

/**
 * What came after a person accepted the data. Units that were erased since may be of before and of after: `units` counts those
 * that came since, whether they are still there or not.
 */
function countsSince(
  { units, multipleExposureUnits, erasedUnits }: UnitCounts,
  acceptance: DataAcceptance | undefined,
): UnitCounts {
  const accepted = acceptance?.units.flat().reduce((sum, count) => sum + count, 0) ?? 0;
  const erasedSince = Math.max(0, erasedUnits - (acceptance?.erasedUnits ?? 0));
  return {
    units: Math.max(0, units + (acceptance ? erasedSince : 0) - accepted),
    multipleExposureUnits: Math.max(0, multipleExposureUnits - (acceptance?.multipleExposureUnits ?? 0)),
    erasedUnits: erasedSince,
  };
}

/** What one look holds against the data, with what it knows of the looks before it. */
export function doubtsOf({
  takenAt,
  dataDoubts,
  sampleRatio,
}: Omit<EarlierLook, "metrics" | "proofs">): StandingDoubts {
  return { takenAt, dataDoubts, runningPValue: sampleRatio.runningPValue };
}

/**
 * What earlier looks hold against the data, as far as it still counts: what a person has accepted since does not.
 * @param standing kept with the experiment; the analysis before may be an older one
 */
export function earlierDoubts(
  previous: EarlierLook | undefined,
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
  const { units, multipleExposureUnits, erasedUnits } = countsSince(counts, acceptance);
  const now: Record<DataDoubt, boolean> = {
    sample_ratio_mismatch: verdict === "mismatch",
    too_many_multiple_exposures: isTooMany(multipleExposureUnits, units, MAXIMUM_MULTIPLE_EXPOSURE_SHARE),
    // Any unit may have been erased since, also one that was there when the data were accepted.
    too_many_erased_units: isTooMany(erasedUnits, counts.units, MAXIMUM_ERASED_SHARE),
  };
  return dataDoubtSchema.options.filter((doubt) => now[doubt] || earlier.includes(doubt));
}
