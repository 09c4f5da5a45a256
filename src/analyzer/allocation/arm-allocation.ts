import type { Unavailable } from "#model/analysis/analysis.ts";
import { unavailable, withoutNaN } from "../unavailable.ts";

/** How much of the traffic the leader gets in top-two sampling; ½ is near the optimum for finding the best arm. */
const LEADER_SHARE = 1 / 2;

function areProbabilities(shares: readonly number[]): boolean {
  return shares.length > 0 && shares.every((share) => share >= 0 && share <= 1);
}

/**
 * Lifts every arm to at least a floor, keeping what is above it proportional.
 * @param shares summing to 1
 * @param floor in [0, 1]; at 1 / arms or more the allocation is uniform
 */
export function allocationWithFloor(shares: readonly number[], floor: number): number[] | Unavailable {
  if (!areProbabilities(shares) || !(floor >= 0 && floor <= 1)) return unavailable("bad_input");
  const rest = 1 - shares.length * floor;
  return rest <= 0 ? shares.map(() => 1 / shares.length) : shares.map((share) => floor + rest * share);
}

/**
 * How often top-two Thompson sampling shows each arm: half the time the sampled best, half the time the best of the
 * others.
 * @param probabilitiesOfBest summing to 1
 * @see Russo 2016, "Simple Bayesian algorithms for best arm identification"
 */
export function topTwoAllocation(probabilitiesOfBest: readonly number[]): number[] | Unavailable {
  const shares = probabilitiesOfBest;
  if (!areProbabilities(shares)) return unavailable("bad_input");
  if (shares.length === 1) return [1];
  // What is left to the other arms, summed directly, because 1 − share has no digits near 1.
  const others = shares.map((_, arm) =>
    shares.reduce((sum, share, other) => (other === arm ? sum : sum + share), 0),
  );
  const asSecond = (arm: number, leader: number) => {
    const left = others[leader] ?? 0;
    return left > 0 ? (shares[arm] ?? 0) / left : 1 / (shares.length - 1);
  };
  return withoutNaN(
    shares.map((share, arm) => {
      const second = shares.reduce(
        (sum, leading, leader) => (leader === arm ? sum : sum + leading * asSecond(arm, leader)),
        0,
      );
      return LEADER_SHARE * share + (1 - LEADER_SHARE) * second;
    }),
  );
}
