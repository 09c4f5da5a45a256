import type { LookPlan } from "#model/experiment/look-plan.ts";
import { mixtureVariance } from "./always-valid.ts";
import { twoSidedReach } from "./look-plan.ts";

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
  plan: LookPlan;
}

/** As many halvings as a double has digits. */
const HALVINGS = 53;

/** The score grows with √units while the bound falls until the maximum, so that they meet at most once. */
function unitsUntilBound(
  { score, units }: ComparisonState,
  plan: Extract<LookPlan, { horizon: "maximum" }>,
  level: number,
): number {
  const isEvident = (size: number) => score * Math.sqrt(size / units) >= twoSidedReach(plan, size, level);
  if (!isEvident(plan.maximumUnits)) return Number.POSITIVE_INFINITY;
  let [below, above] = [0, plan.maximumUnits];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (below + above) / 2;
    if (isEvident(middle)) above = middle;
    else below = middle;
  }
  return above;
}

/**
 * How many units of both arms it takes until the always-valid interval excludes 0, if the estimate and the variance of a
 * unit stay as they are. Without a maximum, with r = score² / (units · ρ²) and the intrinsic time x = n · ρ², the interval excludes 0 when
 * r · x² / (2(x + 1)) > ln(1 + x) / 2 − ln(level). The difference of the two sides starts below 0, falls, and then rises
 * for good, so it has a single root.
 * @returns Infinity for a score of 0, and where the interval would still include 0 at the maximum
 * @see Waudby-Smith et al. 2024, as in `always-valid.ts`
 */
export function unitsUntilEvident({ score, units }: ComparisonState, settings: EvidenceSettings): number {
  const { alpha, level, plan } = settings;
  if (plan.horizon === "maximum") return unitsUntilBound({ score, units }, plan, level);
  const variance = mixtureVariance(plan.plannedUnits, alpha);
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
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (below + above) / 2;
    if (lead(middle) < 0) below = middle;
    else above = middle;
  }
  return above / variance;
}
