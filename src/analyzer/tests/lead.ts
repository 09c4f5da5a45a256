import type { VariantEstimate } from "#model/analysis/analysis.ts";
import { lookUnitsOf } from "#model/analysis/phase-clock.ts";
import { lookPlanOf, type PlannedSpec } from "#model/experiment/look-plan.ts";
import { toNormalScore } from "../distributions/student-scale.ts";
import { everyLookPValue } from "../sequential/look-plan.ts";
import { welchDegreesOfFreedom } from "./welch.ts";

/** How far one variant is ahead of another, valid at every look. */
export interface Lead {
  /** In the metric's own units; positive is ahead. */
  difference: number;
  /** Two-sided. */
  pValue: number;
}

/**
 * Compares any two variants the way each is compared with control: the same errors, Student scale and bound.
 * @param sign +1 when larger values are better, −1 when smaller ones are
 * @param tolerance is given to the first one, in the metric's own units, ≥ 0
 * @returns undefined while one of them has fewer than two units or no error
 */
export function leadOf(
  first: VariantEstimate,
  second: VariantEstimate,
  sign: 1 | -1,
  spec: PlannedSpec & { alpha: number },
  tolerance = 0,
): Lead | undefined {
  const a = first.adjustedEstimate ?? first.estimate;
  const b = second.adjustedEstimate ?? second.estimate;
  const { sequentialStandardError: errorA } = first;
  const { sequentialStandardError: errorB } = second;
  if (a === null || b === null || errorA === null || errorB === null) return undefined;
  const squaredError = errorA ** 2 + errorB ** 2;
  if (!(squaredError > 0)) return undefined;
  const difference = sign * (a - b);
  const freedom = welchDegreesOfFreedom(errorA ** 2, first.units, errorB ** 2, second.units);
  const score = toNormalScore((difference + tolerance) / Math.sqrt(squaredError), freedom);
  const plan = lookPlanOf(spec, [first.variant, second.variant]);
  return { difference, pValue: everyLookPValue(plan, score, lookUnitsOf(first, second), spec.alpha) };
}
