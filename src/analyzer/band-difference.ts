import type { Bounds } from "./estimate.ts";
import type { QuantileBand, Reach } from "./quantile-band.ts";

/**
 * Two quantiles, each with its band, compared by projection: a pair of values is plausible at multiplier m when their own
 * multipliers a and b satisfy a² + b² ≤ m². Where values are continuous that is the familiar error √(SE² + SE²); where they
 * repeat, both arms may be one value off at once, which adding errors in quadrature would miss.
 */

/** The farthest value within reach. */
function valueWithin(reaches: readonly Reach[], multiplier: number): number {
  let [low, high] = [0, reaches.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((reaches[middle]?.multiplier ?? 0) <= multiplier) low = middle;
    else high = middle - 1;
  }
  return reaches[low]?.value ?? Number.NaN;
}

/** Every value of one band within reach, with what is left of the multiplier for the other. */
function* shares(reaches: readonly Reach[], multiplier: number): Generator<{ value: number; rest: number }> {
  for (const reach of reaches) {
    if (reach.multiplier > multiplier) return;
    yield { value: reach.value, rest: Math.sqrt(multiplier ** 2 - reach.multiplier ** 2) };
  }
}

/** The plausible differences treatment − control at a multiplier; ±Infinity where the data end. */
export function bandDifference(control: QuantileBand, treatment: QuantileBand, multiplier: number): Bounds {
  let [lower, upper] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { value, rest } of shares(treatment.lower, multiplier)) {
    lower = Math.min(lower, value - valueWithin(control.upper, rest));
  }
  for (const { value, rest } of shares(treatment.upper, multiplier)) {
    upper = Math.max(upper, value - valueWithin(control.lower, rest));
  }
  return { lower, upper };
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
  const ends = [valueWithin(control.lower, multiplier), valueWithin(control.upper, multiplier)];
  if (!ends.every((end) => end > 0) && !ends.every((end) => end < 0)) return undefined;
  if (!ends.every(Number.isFinite)) return undefined;
  const relative = (value: number, rest: number) =>
    [valueWithin(control.lower, rest), valueWithin(control.upper, rest)].map(
      (baseline) => (value - baseline) / Math.abs(baseline),
    );
  let [lower, upper] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { value, rest } of shares(treatment.lower, multiplier)) {
    lower = Math.min(lower, ...relative(value, rest));
  }
  for (const { value, rest } of shares(treatment.upper, multiplier)) {
    upper = Math.max(upper, ...relative(value, rest));
  }
  return { lower, upper };
}

/** The smallest multiplier at which some value of `falling` is no longer above some value of `rising`. */
function meetingPoint(falling: readonly Reach[], rising: readonly Reach[]): number {
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
