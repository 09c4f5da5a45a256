import type { Unavailable } from "#model/analysis/analysis.ts";
import type { MeanAndVariance } from "../estimates/estimate.ts";
import { areFinite, isShare, unavailable, withoutNaN } from "../unavailable.ts";

export interface BestArmStop {
  /** Index of the arm with the largest mean. */
  leader: number;
  /** The smallest generalized likelihood ratio of the leader against another arm. */
  leastEvidence: number;
  threshold: number;
  stop: boolean;
}

/**
 * Track-and-Stop's rule for naming the best arm: stop when the leader is ahead of every other arm with evidence above
 * ln((1 + ln t) / delta), t units in all. A practical threshold, not a proof, since the variances are estimated.
 * @param tolerance how much worse than the best the named arm may be, ≥ 0
 * @param delta error rate in (0, 1)
 * @see Garivier, Kaufmann 2016, "Optimal best arm identification with fixed confidence"
 */
export function bestArmStop(
  arms: readonly MeanAndVariance[],
  tolerance: number,
  delta: number,
): BestArmStop | Unavailable {
  const sound = arms.every(
    ({ units, mean, variance }) => areFinite(units, mean, variance) && units >= 0 && variance >= 0,
  );
  if (!sound || !areFinite(tolerance) || tolerance < 0 || !isShare(delta)) return unavailable("bad_input");
  if (arms.length < 2 || arms.some(({ units }) => units < 1)) return unavailable("insufficient_data");
  const means = arms.map(({ mean }) => mean);
  const leader = means.indexOf(Math.max(...means));
  const errorOf = (arm: MeanAndVariance) => arm.variance / arm.units;
  const best = arms[leader] as MeanAndVariance;
  let leastEvidence = Number.POSITIVE_INFINITY;
  for (const [index, arm] of arms.entries()) {
    if (index === leader) continue;
    const error = errorOf(best) + errorOf(arm);
    if (error === 0) return unavailable("zero_variance");
    leastEvidence = Math.min(leastEvidence, (best.mean - arm.mean + tolerance) ** 2 / (2 * error));
  }
  const units = arms.reduce((sum, arm) => sum + arm.units, 0);
  const threshold = Math.log1p(Math.log(units)) - Math.log(delta);
  return withoutNaN({ leader, leastEvidence, threshold, stop: leastEvidence > threshold });
}
