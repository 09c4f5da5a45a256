import type { LookPlan } from "#model/experiment/look-plan.ts";
import { mixtureVariance, oneSidedMultiplier, twoSidedMultiplier, twoSidedPValue } from "./always-valid.ts";
import { boundedMultiplier, boundedPValue } from "./bounded.ts";

/**
 * Half-width of the two-sided interval that holds at every look, in standard errors.
 * @param units of the compared arms so far, > 0
 * @param alpha 1 − coverage
 */
export function twoSidedReach(plan: LookPlan, units: number, alpha: number): number {
  return plan.horizon === "maximum"
    ? boundedMultiplier("two_sided", units / plan.maximumUnits, alpha)
    : twoSidedMultiplier(units * mixtureVariance(plan.plannedUnits, alpha), alpha);
}

/**
 * The two-sided p-value, valid at every look.
 * @param z estimate / error
 * @param alpha what an open-ended interval is tuned with; the p-value falls below it exactly when that interval excludes 0
 */
export function everyLookPValue(plan: LookPlan, z: number, units: number, alpha: number): number {
  return plan.horizon === "maximum"
    ? boundedPValue(z, units / plan.maximumUnits)
    : twoSidedPValue(z, units * mixtureVariance(plan.plannedUnits, alpha));
}

/**
 * Distance of the one-sided bound from the estimate, in standard errors.
 * @param spending whether an experiment with a maximum spends its alpha early, to see harm soon, or late
 */
export function oneSidedReach(
  plan: LookPlan,
  units: number,
  alpha: number,
  spending: "early" | "late",
): number {
  return plan.horizon === "maximum"
    ? boundedMultiplier(`one_sided_${spending}`, units / plan.maximumUnits, alpha)
    : oneSidedMultiplier(units * mixtureVariance(plan.plannedUnits, 2 * alpha), alpha);
}
