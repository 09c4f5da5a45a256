import type { Unavailable } from "#model/analysis/analysis.ts";
import type { Bounds } from "../estimates/estimate.ts";
import {
  exactMixtureVariance,
  mixtureVariance,
  oneSidedMultiplier,
  oneSidedPValue,
  twoSidedMultiplier,
  twoSidedPValue,
} from "../sequential/always-valid.ts";
import type { Alternative } from "../tests/welch.ts";
import { areFinite, isShare, isUnavailable, unavailable, withoutNaN } from "../unavailable.ts";

/** One look at a running comparison. */
export interface Look {
  /** Treatment − control. */
  estimate: number;
  standardError: number;
  /** Units of both arms together. */
  units: number;
}

export interface AlwaysValidSettings {
  /** 1 − coverage over all looks. A one-sided bound needs alpha < ½. */
  alpha: number;
  /** Units of both arms at which the interval is tightest; fixed at launch. */
  plannedUnits: number;
}

export interface AlwaysValidInterval {
  /** ρ of the mixture, per unit. */
  mixtureDeviation: number;
  halfWidth: number;
  interval: Bounds;
  pValue: number;
}

/**
 * The asymptotic confidence sequence at one look.
 * @returns `zero_variance` for a standard error of 0, `insufficient_data` without units
 * @see Waudby-Smith et al. 2024, "Time-uniform central limit theory and asymptotic confidence sequences"
 */
export function alwaysValidInterval(
  look: Look,
  settings: AlwaysValidSettings,
  alternative: Alternative = "two-sided",
): AlwaysValidInterval | Unavailable {
  const { estimate, standardError, units } = look;
  const { alpha, plannedUnits } = settings;
  const twoSided = alternative === "two-sided";
  const tunedTo = twoSided ? alpha : 2 * alpha;
  if (!areFinite(estimate, standardError, units, plannedUnits)) return unavailable("bad_input");
  if (standardError < 0 || !(plannedUnits > 0) || !isShare(tunedTo)) return unavailable("bad_input");
  if (units <= 0) return unavailable(units < 0 ? "bad_input" : "insufficient_data");
  if (standardError === 0) return unavailable("zero_variance");

  const variance = mixtureVariance(plannedUnits, tunedTo);
  const intrinsicTime = units * variance;
  if (!(intrinsicTime > 0 && intrinsicTime < Number.POSITIVE_INFINITY)) return unavailable("bad_input");
  const z = estimate / standardError;
  const multiplier = twoSided
    ? twoSidedMultiplier(intrinsicTime, alpha)
    : oneSidedMultiplier(intrinsicTime, alpha);
  const halfWidth = multiplier * standardError;
  return withoutNaN({
    mixtureDeviation: Math.sqrt(variance),
    halfWidth,
    interval: {
      lower: alternative === "less" ? Number.NEGATIVE_INFINITY : estimate - halfWidth,
      upper: alternative === "greater" ? Number.POSITIVE_INFINITY : estimate + halfWidth,
    },
    pValue: twoSided
      ? twoSidedPValue(z, intrinsicTime)
      : oneSidedPValue(alternative === "greater" ? z : -z, intrinsicTime),
  });
}

/**
 * All looks so far: the smallest p-value, and the intersection of all intervals, both as valid as the single look's.
 * @returns one entry for every look. An intersection with lower > upper is empty: no effect fits all looks.
 */
export function alwaysValidPath(
  looks: readonly Look[],
  settings: AlwaysValidSettings,
): { pValue: number; interval: Bounds }[] | Unavailable {
  let pValue = 1;
  let interval: Bounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  const path: { pValue: number; interval: Bounds }[] = [];
  for (const look of looks) {
    const now = alwaysValidInterval(look, settings);
    if (isUnavailable(now)) return now;
    pValue = Math.min(pValue, now.pValue);
    interval = {
      lower: Math.max(interval.lower, now.interval.lower),
      upper: Math.min(interval.upper, now.interval.upper),
    };
    path.push({ pValue, interval });
  }
  return path;
}

/** ρ per unit, as GrowthBook computes it and as it is tightest. @returns `bad_input` outside alpha in (0, 1), units > 0 */
export function mixtureDeviations(
  plannedUnits: number,
  alpha: number,
): { approximate: number; exact: number } | Unavailable {
  if (!isShare(alpha) || !(plannedUnits > 0) || !areFinite(plannedUnits)) return unavailable("bad_input");
  return withoutNaN({
    approximate: Math.sqrt(mixtureVariance(plannedUnits, alpha)),
    exact: Math.sqrt(exactMixtureVariance(plannedUnits, alpha)),
  });
}
