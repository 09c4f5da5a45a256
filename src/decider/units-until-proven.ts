import { twoSidedReach } from "#analyzer/sequential/look-plan.ts";
import { unitsUntilEvident } from "#analyzer/sequential/units-until-evident.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { lookPlanOfPair, shareOf, sizeOf } from "#model/experiment/look-plan.ts";

/** How far the search goes without a maximum, as a multiple of the units so far, and how much further each step is. */
const FURTHEST = 1e6;
const FIRST_STEP = 0.01;
const STEP = 1.1;
const HALVINGS = 40;

/** Weights that differ by less are the planned ones. */
const NEGLIGIBLE = 1e-9;

/** A difference as it stands, from arms that were planned to grow by the weights of the specification. */
export interface StandingScore {
  variant: string;
  /** |estimate| / error, on the scale of always-valid intervals. */
  score: number;
}

/**
 * How many times as much variance a new unit adds to the difference of control and a treatment, by the present weights, as one did by
 * the planned ones: a phase counts by its arrivals, and what they tell by 1/control + 1/treatment.
 * @param weights of the present phase, in the order of the variants
 * @returns Infinity of a treatment that gets no units any more
 */
function varianceRatioOf(spec: ExperimentSpec, weights: readonly number[], treatment: string): number {
  const inverse = (weightOf: (index: number, planned: number) => number) =>
    spec.variants.reduce(
      (sum, { key, weight }, index) =>
        key === spec.control || key === treatment ? sum + 1 / weightOf(index, weight) : sum,
      0,
    );
  return inverse((index, planned) => weights[index] ?? planned) / inverse((_index, planned) => planned);
}

/**
 * Units over all variants at which one treatment's interval would exclude 0, should the present weights stay.
 * @param weights of the present phase, in the order of the variants
 * @param units over all variants so far, > 0
 * @param level what the p-value must fall below
 * @returns Infinity where it never would
 */
export function unitsUntilProven(
  spec: ExperimentSpec,
  weights: readonly number[],
  units: number,
  { variant, score }: StandingScore,
  level: number,
): number {
  const plan = lookPlanOfPair(spec, variant);
  const share = shareOf(spec, [spec.control, variant]);
  const ratio = varianceRatioOf(spec, weights, variant);
  if (Math.abs(ratio - 1) < NEGLIGIBLE) {
    const settings = { alpha: spec.alpha, level, plan };
    return unitsUntilEvident({ score, units: units * share }, settings) / share;
  }
  if (!Number.isFinite(ratio)) return Number.POSITIVE_INFINITY;
  // The sum of the phases' differences grows with the arrivals, its variance with what they add to it.
  const isEvident = (added: number) => {
    const grown = (score * (1 + added / units)) / Math.sqrt(1 + (added * ratio) / units);
    return grown >= twoSidedReach(plan, share * (units + added * ratio), level);
  };
  const furthest = plan.horizon === "maximum" ? sizeOf(plan) / share - units : FURTHEST * units;
  if (isEvident(0)) return units;
  let below = 0;
  let above = Math.min(FIRST_STEP * units, furthest);
  while (!isEvident(above)) {
    if (!(above < furthest)) return Number.POSITIVE_INFINITY;
    below = above;
    above = Math.min(above * STEP, furthest);
  }
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (below + above) / 2;
    if (isEvident(middle)) above = middle;
    else below = middle;
  }
  return units + above;
}
