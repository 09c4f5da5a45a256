import type { Bounds } from "./estimate.ts";
import type { QuantileBand, Reach, Reaches } from "./quantile-band.ts";

/**
 * Two quantiles, each with its band, compared by projection: a pair of values is plausible at multiplier m when their own
 * multipliers a and b satisfy a² + b² ≤ m². Where values are continuous that is the familiar error √(SE² + SE²); where they
 * repeat, both arms may be one value off at once, which adding errors in quadrature would miss.
 */

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

/** What of both bands is within reach. */
function bandsWithin(control: QuantileBand, treatment: QuantileBand, multiplier: number) {
  const parts = ({ lower, upper }: QuantileBand) => ({
    lower: lower.upTo(multiplier),
    upper: upper.upTo(multiplier),
  });
  return { control: parts(control), treatment: parts(treatment) };
}

/** What a reach leaves of the multiplier for the other band. */
function restOf({ multiplier: used }: Reach, multiplier: number): number {
  return Math.sqrt(multiplier ** 2 - used ** 2);
}

/** The plausible differences treatment − control at a multiplier; ±Infinity where the data end. */
export function bandDifference(control: QuantileBand, treatment: QuantileBand, multiplier: number): Bounds {
  const near = bandsWithin(control, treatment, multiplier);
  const differences = (own: readonly Reach[], others: readonly Reach[]) =>
    own.map((reach) => reach.value - farthest(others, restOf(reach, multiplier)));
  return {
    lower: Math.min(...differences(near.treatment.lower, near.control.upper)),
    upper: Math.max(...differences(near.treatment.upper, near.control.lower)),
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
  const near = bandsWithin(control, treatment, multiplier);
  const ends = [farthest(near.control.lower, multiplier), farthest(near.control.upper, multiplier)];
  if (!ends.every((end) => end > 0) && !ends.every((end) => end < 0)) return undefined;
  if (!ends.every(Number.isFinite)) return undefined;
  const ratios = (own: readonly Reach[]) =>
    own.flatMap((reach) =>
      [near.control.lower, near.control.upper].map((others) => {
        const baseline = farthest(others, restOf(reach, multiplier));
        return (reach.value - baseline) / Math.abs(baseline);
      }),
    );
  return {
    lower: Math.min(...ratios(near.treatment.lower)),
    upper: Math.max(...ratios(near.treatment.upper)),
  };
}

/** Where the search for a meeting point begins: most intervals reach no farther. */
const FIRST_MULTIPLIER = 4;

/** The smallest multiplier at which some value of `falling` is no longer above some value of `rising`. */
function meetingPoint(falling: Reaches, rising: Reaches): number {
  for (let multiplier = FIRST_MULTIPLIER; Number.isFinite(multiplier); multiplier *= 2) {
    const least = meetingPointOf(falling.upTo(multiplier), rising.upTo(multiplier));
    if (least <= multiplier) return least;
  }
  return Number.POSITIVE_INFINITY;
}

function meetingPointOf(falling: readonly Reach[], rising: readonly Reach[]): number {
  let least = Number.POSITIVE_INFINITY;
  let index = rising.length - 1;
  for (const { multiplier, value } of falling) {
    // The lower the one has fallen, the less the other has to rise.
    while (index > 0 && (rising[index - 1]?.value ?? Number.NEGATIVE_INFINITY) >= value) index -= 1;
    const other = rising[index];
    if (other && other.value >= value) least = Math.min(least, Math.hypot(multiplier, other.multiplier));
  }
  return least;
}

/** The smallest multiplier at which the plausible differences contain 0: what a test statistic is for an estimate. */
export function bandScore(control: QuantileBand, treatment: QuantileBand): number {
  return Math.max(meetingPoint(treatment.lower, control.upper), meetingPoint(control.lower, treatment.upper));
}
