import type { VariantEstimate } from "#model/analysis/analysis.ts";
import { lookUnitsOf } from "#model/analysis/phase-clock.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { toStudentScore } from "../distributions/student-scale.ts";
import { welchDegreesOfFreedom } from "../tests/welch.ts";
import { oneSidedMultiplier } from "./always-valid.ts";

/** The intrinsic time at which the one-sided multiplier at ½ is smallest; reached at the planned units. */
const TIGHTEST_TIME = 3.3;

/**
 * How much better a variant is than control, told so that stopping at a good moment does not exaggerate it: the one-sided
 * always-valid bound whose error is ½. Whenever one stops, it is above the truth at most half of the time, while the naive
 * estimate is above it almost always, since large estimates are what stops an experiment.
 * @param sign +1 when larger values are better, −1 when smaller ones are
 * @param treatments how many the variant was chosen from: the best of several is exaggerated too
 * @returns in the metric's own units, ≥ 0; undefined while an arm has fewer than two units
 * @see Waudby-Smith et al. 2024 for the bound; Whitehead 1986 for the bias of estimates after a sequential test
 */
export function conservativeGain(
  control: VariantEstimate,
  variant: VariantEstimate,
  sign: 1 | -1,
  { variants, plannedUnits }: Pick<ExperimentSpec, "variants" | "plannedUnits">,
  treatments: number,
): number | undefined {
  const baseline = control.adjustedEstimate ?? control.estimate;
  const value = variant.adjustedEstimate ?? variant.estimate;
  const { sequentialStandardError: controlError } = control;
  const { sequentialStandardError: variantError } = variant;
  if (baseline === null || value === null || controlError === null || variantError === null) return undefined;
  const share = variants
    .filter(({ key }) => key === control.variant || key === variant.variant)
    .reduce((sum, { weight }) => sum + weight, 0);
  const time = (lookUnitsOf(control, variant) * TIGHTEST_TIME) / (plannedUnits * share);
  const freedom = welchDegreesOfFreedom(controlError ** 2, control.units, variantError ** 2, variant.units);
  const error = Math.hypot(controlError, variantError);
  if (error === 0) return Math.max(0, sign * (value - baseline));
  const reach = toStudentScore(oneSidedMultiplier(time, 0.5 / treatments), freedom) * error;
  return Math.max(0, sign * (value - baseline) - reach);
}
