import type { CovariateMoments } from "#model/analysis/moments.ts";
import { add, divide, multiply, product, subtract, ZERO } from "../numeric/exact-sum.ts";
import type { PairSums } from "../numeric/pair-sums.ts";
import { isUnavailable } from "../unavailable.ts";
import { adjustByCovariate } from "./cuped.ts";
import type { UnitStatistics } from "./unit-statistics.ts";

/**
 * With fewer units that brought a covariate in an arm, the slope is noise. Looks before that read the plain estimate, with a
 * slope of 0, and the running p-value keeps what they said. The time of the change is no choice: it depends on arrivals and
 * on what was known from before, not on outcomes' values, and each of the two readings is always-valid by itself. Their errors
 * could add up where both looked for long; calibration asks for that with covariates of one unit in ten.
 */
const MINIMUM_COVARIATE_UNITS = 30;

export interface ArmWithCovariate {
  statistics: UnitStatistics;
  covariate: CovariateMoments | undefined;
}

export interface AdjustedStatistics {
  slope: number;
  /** Units with a covariate, over all arms. */
  units: number;
  arms: UnitStatistics[];
}

/**
 * The sums of an arm's linearised outcomes R + (y − R·d)/d̄ with the covariate. A unit without covariate gets the mean of
 * all: having none is known before the assignment, so this biases nothing.
 */
function pairSumsOf(
  { statistics, covariate }: Required<{ statistics: UnitStatistics; covariate: CovariateMoments }>,
  mean: readonly [number, number],
): PairSums {
  const { units, estimate, observations, unitVariance } = statistics;
  const meanObservations = observations / units;
  const missing = units - covariate.units;
  const ratio = [estimate, 0] as const;
  const residualX = divide(subtract(covariate.xy, multiply(ratio, covariate.xd)), meanObservations);
  const residual = divide(subtract(covariate.y, multiply(ratio, covariate.d)), meanObservations);
  const x = add(covariate.x, multiply([missing, 0], mean));
  const spread = [unitVariance * (units - 1), 0] as const;
  return {
    units,
    y: product(units, estimate),
    yy: add(spread, multiply(product(units, estimate), ratio)),
    x,
    xx: add(covariate.xx, multiply([missing, 0], multiply(mean, mean))),
    xy: subtract(add(multiply(ratio, x), residualX), multiply(mean, residual)),
  };
}

/**
 * CUPED for means and ratios: one slope over all arms, on each unit's linearised outcome.
 * @returns undefined when an arm has too few covariates
 * @see Deng, Xu, Kohavi, Walker 2013
 */
export function adjustArms(arms: readonly ArmWithCovariate[]): AdjustedStatistics | undefined {
  const complete = arms.flatMap(({ statistics, covariate }) =>
    covariate && covariate.units >= MINIMUM_COVARIATE_UNITS ? [{ statistics, covariate }] : [],
  );
  if (complete.length < arms.length) return undefined;
  const units = complete.reduce((sum, { covariate }) => sum + covariate.units, 0);
  const mean = divide(
    complete.reduce((sum, { covariate }) => add(sum, covariate.x), ZERO),
    units,
  );
  const adjusted = adjustByCovariate(complete.map((arm) => pairSumsOf(arm, mean)));
  if (isUnavailable(adjusted)) return undefined;
  return {
    slope: adjusted.slope,
    units,
    arms: complete.map(({ statistics }, index) => {
      const arm = adjusted.arms[index];
      if (!arm) return statistics;
      const { estimate, unitVariance, squaredError } = arm;
      return { ...statistics, estimate, unitVariance, squaredError };
    }),
  };
}
