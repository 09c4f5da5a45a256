import { type Distribution, type Step, stepAt } from "./quantile-distribution.ts";

/** How far from the estimated rank, in standard errors of the share, values come within reach. */
export interface Reach {
  multiplier: number;
  /** The farthest value then; −Infinity or Infinity once the data end. */
  value: number;
}

/**
 * What a quantile may be, for every multiplier of the standard error at once: a quantile within `m` standard errors lies
 * between the last of `lower` and the last of `upper` with a multiplier of at most m. Both start at multiplier 0 and
 * only move outwards, and are computed only as far as they are read.
 */
export interface QuantileBand {
  lower: Reaches;
  upper: Reaches;
}

export interface Reaches {
  /** What is within reach of a multiplier, outwards. */
  upTo: (multiplier: number) => readonly Reach[];
}

/** The variance of the share of events up to a step, as a multiple of that of independent events. */
function designEffect({ sketch }: Distribution, step: Step | undefined): number | undefined {
  const { units, events, squaredEvents } = sketch;
  const share = (step?.events ?? 0) / events;
  if (!step || share >= 1) return undefined;
  const residual = step.squares - 2 * share * step.products + share ** 2 * squaredEvents;
  // The delta method for the ratio ΣS / ΣN over units.
  return (Math.max(0, residual) * units) / (units - 1) / (share * (1 - share) * events);
}

/**
 * The standard error of the share of events up to the true quantile, with units as clusters. Where values repeat, the
 * observed shares jump past the quantile; then the variance is that of the quantile's own share, inflated by the larger
 * design effect of the two steps around it.
 * @param quantile in (0, 1)
 */
export function shareError(distribution: Distribution, quantile: number): number {
  const { sketch, steps } = distribution;
  const index = stepAt(distribution, quantile * sketch.events);
  const effects = [steps[index - 1], steps[index]].flatMap((step) => designEffect(distribution, step) ?? []);
  // Of a single step nothing is known: as if all events of a unit were alike.
  const effect = effects.length > 0 ? Math.max(1, ...effects) : sketch.squaredEvents / sketch.events;
  return Math.sqrt((effect * quantile * (1 - quantile)) / sketch.events);
}

/** Up to one standard error of rank, a bucket's values count as spread over it; more may be a value that repeats. */
const LIGHT_BUCKET = 1;
const PARTS = 8;

/** The ranks that a bucket covers, as multipliers, and the values at which it is entered and left when going outwards. */
interface Crossing {
  from: number;
  to: number;
  near: number;
  far: number;
}

/** A heavy bucket is within reach as a whole as soon as it is entered, a light one part by part. */
function reachesOf({ from, to, near, far }: Crossing): Reach[] {
  if (near === far || to - from > LIGHT_BUCKET) return [{ multiplier: from, value: far }];
  const reaches: Reach[] = [];
  for (let part = 0; part < PARTS; part++) {
    reaches.push({
      multiplier: from + (part / PARTS) * (to - from),
      value: near + ((part + 1) / PARTS) * (far - near),
    });
  }
  return reaches;
}

/**
 * Reaches that are computed bucket by bucket, once: every interval of a comparison reads the same ones.
 * @param bucketAt the reaches of a bucket, counted from the quantile's own outwards; undefined after the last
 */
function remembered(bucketAt: (distance: number) => readonly Reach[] | undefined): Reaches {
  const reaches: Reach[] = [];
  let buckets = 0;
  return {
    upTo: (multiplier) => {
      while (!((reaches.at(-1)?.multiplier ?? 0) > multiplier)) {
        const more = bucketAt(buckets);
        if (!more) break;
        buckets += 1;
        reaches.push(...more);
      }
      let count = reaches.length;
      while ((reaches[count - 1]?.multiplier ?? 0) > multiplier) count -= 1;
      return reaches.slice(0, count);
    },
  };
}

/**
 * Inverts the band of ranks q ∓ m·error to values that occur. Where a bucket holds several values, the band goes to its far
 * edge: what the sketch cannot tell is part of it.
 * @see Woodruff 1952, "Confidence Intervals for Medians and Other Position Measures"; Serfling 1980, 2.6
 */
export function quantileBand(distribution: Distribution, quantile: number, error: number): QuantileBand {
  const { sketch, steps } = distribution;
  const own = stepAt(distribution, quantile * sketch.events);
  const multiplierAt = (index: number) =>
    Math.max(0, Math.abs(quantile - (steps[index]?.events ?? 0) / sketch.events) / error);
  const reaches = (direction: -1 | 1) =>
    remembered((distance) => {
      const index = own + direction * distance;
      if (index < -1 || index > steps.length) return undefined;
      if (index === -1 || index === steps.length) {
        const end = direction < 0 ? quantile : 1 - quantile;
        return [{ multiplier: end / error, value: direction * Number.POSITIVE_INFINITY }];
      }
      const { low, high } = distribution.extentAt(index);
      const [near, far] = direction < 0 ? [high, low] : [low, high];
      if (distance === 0) return [{ multiplier: 0, value: far }];
      const [from, to] = direction < 0 ? [index, index - 1] : [index - 1, index];
      return reachesOf({ from: multiplierAt(from), to: multiplierAt(to), near, far });
    });
  return { lower: reaches(-1), upper: reaches(1) };
}

/** The multipliers that always-valid intervals use, about. */
const [NEAREST, FARTHEST] = [1.96, 4];

function widest(reaches: Reaches, estimate: number): number {
  const slopeOf = ({ multiplier, value }: Reach) =>
    Number.isFinite(value) ? Math.abs(value - estimate) / Math.max(NEAREST, multiplier) : 0;
  const near = reaches.upTo(FARTHEST).reduce((most, reach) => Math.max(most, slopeOf(reach)), 0);
  if (near > 0) return near;
  const next = reaches.upTo(Number.POSITIVE_INFINITY).find((reach) => slopeOf(reach) > 0);
  return next ? slopeOf(next) : 0;
}

/**
 * A standard error whose multiples from 1.96 to 4 reach as far as the band does, on its wider side: for methods that take
 * nothing but an estimate and its error. 0 only where all values are the same.
 */
export function envelopingError({ lower, upper }: QuantileBand, estimate: number): number {
  return Math.max(widest(lower, estimate), widest(upper, estimate));
}

const unevenness = new WeakMap<Reaches, boolean>();

/** True where one step of a band takes more than half of its way: its values repeat, or leave a gap. */
export function isUneven(reaches: Reaches): boolean {
  const uneven = unevenness.get(reaches) ?? takesAJump(reaches);
  unevenness.set(reaches, uneven);
  return uneven;
}

function takesAJump({ upTo }: Reaches): boolean {
  const values = upTo(FARTHEST).flatMap(({ value }) => (Number.isFinite(value) ? [value] : []));
  const way = Math.abs((values.at(-1) ?? 0) - (values[0] ?? 0));
  const steps = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? 0)));
  return way > 0 && Math.max(...steps) > way / 2;
}

/** The multiplier at which a band has, on either side, another value than that of its estimate. */
export function firstMove({ lower, upper }: QuantileBand): number {
  const moveOf = ({ upTo }: Reaches) => {
    const reaches = upTo(FARTHEST);
    return reaches.find(({ value }) => value !== reaches[0]?.value)?.multiplier ?? FARTHEST;
  };
  return Math.min(moveOf(lower), moveOf(upper));
}
