import { normalUpperQuantile } from "#analyzer/distributions/index.ts";
import { type StoppingChances, stoppingChancesOf } from "#analyzer/planning/stopping-chances.ts";
import { fewestUnits, type PlannedExperiment, type PlannedLooks, plannedLooks } from "./planned-looks.ts";

/** The scores that are expected at one unit of the pair, toward an improvement: > 0, and < 0 or null where impossible. */
export interface PlannedScores {
  effect: number;
  harm: number | null;
}

/** How a treatment is expected to end if one thing is true. */
export interface ExpectedEnd {
  /** Units of control and this treatment, on average; null where it may go on without end. */
  units: number | null;
  chances: Pick<StoppingChances, "promoted" | "provenWorse" | "futile" | "undecided">;
}

export interface ExpectedCourse {
  /** Units of control and one treatment; null without a maximum. */
  maximumUnits: number | null;
  effect: ExpectedEnd;
  none: ExpectedEnd;
  harm: ExpectedEnd | null;
}

/** More than this share of undecided paths at the last of looks without end, and the average says nothing. */
const NEGLIGIBLE = 0.001;

/** A score that is proven at the first look; the integration need not follow larger ones. */
const CERTAIN_SCORE = 20;

/** The size is found when it changes by less than this share, and its chance when its quantile is off by less. */
const SIZE_PRECISION = 5e-4;
const QUANTILE_PRECISION = 1e-3;
const MAXIMUM_STEPS = 24;
const MAXIMUM_DOUBLINGS = 2;

/** As far as a guess may reach: a larger drift is proven at the first look. */
const LARGEST_DRIFT = 1.5 * CERTAIN_SCORE + 2;

/** Chances closer to 1 are beyond the precision of the integration. */
const LARGEST_POWER = 0.9999;

/** Keeps a chance off 0 and 1, whose quantiles are infinite. */
const SMALLEST_TAIL = 1e-12;

/** Nearly 1: the integration follows no path that is too far out. */
const totalOf = ({ promoted, provenWorse, futile, undecided }: ExpectedEnd["chances"]) =>
  promoted + provenWorse + futile + undecided;

const promotedShare = (chances: StoppingChances) => chances.promoted / totalOf(chances);

function driftOf({ limits, end }: PlannedLooks, scorePerRootUnit: number): number {
  const first = limits.find(({ promotion }) => Number.isFinite(promotion))?.information ?? 1;
  const largest = CERTAIN_SCORE / Math.sqrt(first);
  return Math.max(-largest, Math.min(largest, scorePerRootUnit * Math.sqrt(end)));
}

/**
 * How an experiment with a maximum, or without, is expected to go for one treatment: if it is better as planned, if it makes
 * no difference, and if it is worse by as much. Not counted are what else may hold a promotion back: guardrails, a shortest
 * duration, conversion windows, and doubts about the data.
 * @param maximumUnits of control and one treatment; null without one
 */
export function expectedCourse(
  experiment: PlannedExperiment,
  scores: PlannedScores,
  maximumUnits: number | null,
): ExpectedCourse {
  const looks = plannedLooks(experiment, maximumUnits, scores.effect);
  const drifts = [scores.effect, 0, scores.harm ?? 0].map((score) => driftOf(looks, score));
  const endOf = stoppingChancesOf(looks.limits, Math.max(...drifts.map(Math.abs)));
  const expected = (score: number): ExpectedEnd => {
    const { information, ...found } = endOf(driftOf(looks, score));
    const total = totalOf(found);
    const chances = {
      promoted: found.promoted / total,
      provenWorse: found.provenWorse / total,
      futile: found.futile / total,
      undecided: found.undecided / total,
    };
    const isEndless = maximumUnits === null && chances.undecided > NEGLIGIBLE;
    return { units: isEndless ? null : Math.min(looks.end, (looks.end * information) / total), chances };
  };
  return {
    maximumUnits,
    effect: expected(scores.effect),
    none: expected(0),
    harm: scores.harm === null ? null : expected(scores.harm),
  };
}

/**
 * The drift that has the given chance of a promotion; the chance's normal quantile is nearly a line in it.
 * @returns undefined where no drift is found that has it
 */
function driftForPower({ limits }: PlannedLooks, power: number, guess: number): number | undefined {
  let largest = 1.5 * guess + 2;
  let endOf = stoppingChancesOf(limits, largest);
  const wanted = normalUpperQuantile(1 - power);
  let drift = guess;
  for (let step = 0; step < MAXIMUM_STEPS; step++) {
    const share = promotedShare(endOf(drift));
    const promoted = Math.min(1 - SMALLEST_TAIL, Math.max(SMALLEST_TAIL, share));
    const missing = wanted - normalUpperQuantile(1 - promoted);
    if (Math.abs(missing) < QUANTILE_PRECISION) return drift;
    if (drift === largest && missing > 0) {
      if (largest >= LARGEST_DRIFT) return undefined;
      largest = Math.min(2 * largest, LARGEST_DRIFT);
      endOf = stoppingChancesOf(limits, largest);
    }
    drift = Math.max(drift / 2, Math.min(largest, drift + missing));
  }
  return undefined;
}

/**
 * The size to try next. The number of looks jumps with the maximum, and with it the power: sizes on both sides of a jump point
 * to each other, so between two bounds it goes only halfway.
 */
function sizeBetween(tooSmall: number, largeEnough: number, tried: number, next: number): number {
  if (tooSmall === 0 || largeEnough === Number.POSITIVE_INFINITY) return next;
  return next > tooSmall && next < largeEnough ? (tried + next) / 2 : (tooSmall + largeEnough) / 2;
}

/**
 * The maximum with which the planned effect is promoted with the given chance.
 * @param power in (0, 1)
 * @param guess where to look first, in units of control and one treatment
 * @returns units of control and one treatment, never fewer than any decision needs; undefined where no maximum has this power,
 * or where it is too close to 1
 */
export function maximumForPower(
  experiment: PlannedExperiment,
  { effect }: PlannedScores,
  power: number,
  guess: number,
): number | undefined {
  if (power > LARGEST_POWER) return undefined;
  const fewest = Math.ceil(fewestUnits(experiment));
  let maximum = Math.max(guess, fewest);
  let [tooSmall, largeEnough] = [0, Number.POSITIVE_INFINITY];
  let doublings = 0;
  for (let step = 0; step < MAXIMUM_STEPS; step++) {
    const looks = plannedLooks(experiment, maximum, effect);
    const found = driftForPower(looks, power, Math.min(effect * Math.sqrt(maximum), CERTAIN_SCORE));
    // With the looks of a small maximum, early losses may leave too few for any effect to be promoted that often.
    if (found === undefined && doublings++ === MAXIMUM_DOUBLINGS) return undefined;
    const next = found === undefined ? 2 * maximum : Math.max(fewest, (found / effect) ** 2);
    if (Math.abs(next - maximum) <= SIZE_PRECISION * maximum) return Math.ceil(next);
    if (next > maximum) tooSmall = maximum;
    else largeEnough = maximum;
    if (largeEnough <= tooSmall * (1 + SIZE_PRECISION)) return Math.ceil(largeEnough);
    maximum = sizeBetween(tooSmall, largeEnough, maximum, next);
  }
  return undefined;
}
