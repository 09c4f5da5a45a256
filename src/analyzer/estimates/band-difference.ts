import { type Region, regionOf } from "./band-region.ts";
import type { Bounds } from "./estimate.ts";
import type { QuantileBand, Reach, Reaches } from "./quantile-band.ts";

/** Two quantiles, each with its band, compared by projecting the {@link Region} of what is plausible together. */

/** The farthest value within reach. */
function farthest(reaches: readonly Reach[], multiplier: number): number {
  let [low, high] = [0, reaches.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((reaches[middle]?.multiplier ?? 0) <= multiplier) low = middle;
    else high = middle - 1;
  }
  return reaches[low]?.value ?? Number.NaN;
}

type Pair = readonly [treatment: number, control: number];

/** Values that are plausible together: each of the treatment's with the farthest of control's. */
function pairsWithin(region: Region, treatment: Reaches, control: Reaches, multiplier: number): Pair[] {
  const reaches = control.upTo(region.controlWithin(multiplier, 0));
  return treatment
    .upTo(region.treatmentWithin(multiplier))
    .map((reach) => [reach.value, farthest(reaches, region.controlWithin(multiplier, reach.multiplier))]);
}

/** The plausible differences treatment − control at a multiplier; ±Infinity where the data end. */
export function bandDifference(control: QuantileBand, treatment: QuantileBand, multiplier: number): Bounds {
  const region = regionOf(control, treatment);
  const differences = (own: Reaches, others: Reaches) =>
    pairsWithin(region, own, others, multiplier).map(([value, baseline]) => value - baseline);
  return {
    lower: Math.min(...differences(treatment.lower, control.upper)),
    upper: Math.max(...differences(treatment.upper, control.lower)),
  };
}

/**
 * The plausible differences as a share of |control|, which exclude 0 exactly when the differences do.
 * @returns undefined when control's value may be 0
 */
export function bandRatio(
  control: QuantileBand,
  treatment: QuantileBand,
  multiplier: number,
): Bounds | undefined {
  const region = regionOf(control, treatment);
  const limit = region.controlWithin(multiplier, 0);
  const sides = [control.lower, control.upper];
  const ends = sides.map((side) => farthest(side.upTo(limit), limit));
  if (!ends.every((end) => end > 0) && !ends.every((end) => end < 0)) return undefined;
  if (!ends.every(Number.isFinite)) return undefined;
  const ratios = (own: Reaches) =>
    sides.flatMap((side) =>
      pairsWithin(region, own, side, multiplier).map(
        ([value, baseline]) => (value - baseline) / Math.abs(baseline),
      ),
    );
  return { lower: Math.min(...ratios(treatment.lower)), upper: Math.max(...ratios(treatment.upper)) };
}

/** Where the search for a meeting point begins: most intervals reach no farther. */
const FIRST_MULTIPLIER = 4;

/** What is read of the bands while looking for a meeting point: a bit more than the regions at a multiplier hold. */
const readUpTo = (multiplier: number) => multiplier + 1;

/** The smallest multiplier at which some value of `falling` is no longer above some value of `rising`. */
function meetingPoint(falling: Reaches, rising: Reaches, least: Region["least"]): number {
  for (let multiplier = FIRST_MULTIPLIER; Number.isFinite(multiplier); multiplier *= 2) {
    const multiplierOfMeeting = meetingPointOf(
      falling.upTo(readUpTo(multiplier)),
      rising.upTo(readUpTo(multiplier)),
      least,
    );
    if (multiplierOfMeeting <= multiplier) return multiplierOfMeeting;
  }
  return Number.POSITIVE_INFINITY;
}

function meetingPointOf(
  falling: readonly Reach[],
  rising: readonly Reach[],
  leastOf: Region["least"],
): number {
  let least = Number.POSITIVE_INFINITY;
  let index = rising.length - 1;
  for (const { multiplier, value } of falling) {
    // The lower the one has fallen, the less the other has to rise.
    while (index > 0 && (rising[index - 1]?.value ?? Number.NEGATIVE_INFINITY) >= value) index -= 1;
    const other = rising[index];
    if (other && other.value >= value) least = Math.min(least, leastOf(multiplier, other.multiplier));
  }
  return least;
}

/** The smallest multiplier at which the plausible differences contain 0: what a test statistic is for an estimate. */
export function bandScore(control: QuantileBand, treatment: QuantileBand): number {
  const { least } = regionOf(control, treatment);
  return Math.max(
    meetingPoint(treatment.lower, control.upper, least),
    meetingPoint(control.lower, treatment.upper, (ofControl, ofTreatment) => least(ofTreatment, ofControl)),
  );
}
