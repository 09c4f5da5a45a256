import { mixtureVariance } from "./always-valid.ts";

/** A difference as it stands, on the scale of always-valid scores. */
export interface ComparisonState {
  /** |estimate| / standard error. */
  score: number;
  /** Units of both arms behind it, > 0. */
  units: number;
}

export interface EvidenceSettings {
  /** 1 − coverage that the interval is tuned with. */
  alpha: number;
  /** What the p-value must fall below: alpha, or less where several treatments share it. */
  level: number;
  /** Units of both arms at which the interval is tightest. */
  plannedUnits: number;
}

/**
 * How many units of both arms it takes until the always-valid interval excludes 0, if the estimate and the variance of a
 * unit stay as they are. With r = score² / (units · ρ²) and the intrinsic time x = n · ρ², the interval excludes 0 when
 * r · x² / (2(x + 1)) > ln(1 + x) / 2 − ln(level). The difference of the two sides starts below 0, falls, and then rises
 * for good, so it has a single root.
 * @returns Infinity for a score of 0
 * @see Waudby-Smith et al. 2024, as in `always-valid.ts`
 */
export function unitsUntilEvident({ score, units }: ComparisonState, settings: EvidenceSettings): number {
  const { alpha, level, plannedUnits } = settings;
  const variance = mixtureVariance(plannedUnits, alpha);
  const growth = score ** 2 / (units * variance);
  if (!(growth > 0)) return Number.POSITIVE_INFINITY;
  const lead = (time: number) =>
    growth * (time / 2) * (time / (time + 1)) - Math.log1p(time) / 2 + Math.log(level);
  let below = 0;
  let above = 1;
  while (lead(above) < 0) {
    below = above;
    above *= 2;
  }
  if (above === Number.POSITIVE_INFINITY) return above;
  // As many halvings as a double has digits.
  for (let halving = 0; halving < 53; halving++) {
    const middle = (below + above) / 2;
    if (lead(middle) < 0) below = middle;
    else above = middle;
  }
  return above / variance;
}
