import type { Interval, MetricAnalysis, UnavailableReason } from "../model/analysis.ts";
import type { Margin } from "../model/experiment.ts";
import { mixtureVariance, oneSidedMultiplier } from "./always-valid.ts";
import { toStudentScore } from "./student-scale.ts";
import { welchDegreesOfFreedom } from "./welch.ts";

/** With fewer units in an arm the asymptotic bounds are not to be trusted. */
const MINIMUM_UNITS_PER_ARM = 25;

/** How much worse a treatment is than control, against the harm that is tolerated. */
export interface ExcessHarm {
  /** Positive is worse, in the metric's own units. */
  harm: number;
  tolerated: number;
  /** Always-valid one-sided bounds on harm − tolerated. */
  excess: Interval;
}

/** The factor on the control's estimate and the constant that together make the worst tolerated value. */
function worstTolerated(
  baseline: number,
  sign: 1 | -1,
  margin: Margin,
): { factor: number; constant: number } {
  if (margin.kind === "absolute") return { factor: 1, constant: sign * margin.value };
  return { factor: 1 + sign * margin.value * Math.sign(baseline), constant: 0 };
}

/**
 * Bounds how far a treatment is worse than the tolerated margin, at every look. A relative margin is a share of the
 * control's true value, whose own uncertainty enters the error, instead of a constant times the observed one.
 * @param plannedUnits units of both arms at which the bounds are tightest
 * @param alpha the level of each one-sided bound
 */
export function excessHarm(
  metric: MetricAnalysis,
  controlKey: string,
  variantKey: string,
  margin: Margin,
  settings: { alpha: number; plannedUnits: number },
): ExcessHarm | { reason: UnavailableReason } {
  const control = metric.variants.find(({ variant }) => variant === controlKey);
  const treatment = metric.variants.find(({ variant }) => variant === variantKey);
  if (!control || !treatment || Math.min(control.units, treatment.units) < MINIMUM_UNITS_PER_ARM) {
    return { reason: "insufficient_data" };
  }
  const { sequentialStandardError: controlError } = control;
  const { sequentialStandardError: treatmentError } = treatment;
  const baseline = control.adjustedEstimate ?? control.estimate;
  const value = treatment.adjustedEstimate ?? treatment.estimate;
  if (baseline === null || value === null || controlError === null || treatmentError === null) {
    return { reason: "insufficient_data" };
  }
  if (margin.kind === "relative" && baseline === 0) return { reason: "zero_baseline" };

  const sign = metric.definition.direction === "decrease" ? 1 : -1;
  const worst = worstTolerated(baseline, sign, margin);
  const error = Math.hypot(treatmentError, worst.factor * controlError);
  if (!(error > 0)) return { reason: "zero_variance" };

  const center = sign * (value - (worst.factor * baseline + worst.constant));
  const intrinsicTime =
    (control.units + treatment.units) * mixtureVariance(settings.plannedUnits, 2 * settings.alpha);
  const degreesOfFreedom = welchDegreesOfFreedom(
    (worst.factor * controlError) ** 2,
    control.units,
    treatmentError ** 2,
    treatment.units,
  );
  const reach = toStudentScore(oneSidedMultiplier(intrinsicTime, settings.alpha), degreesOfFreedom) * error;
  const harm = sign * (value - baseline);
  return { harm, tolerated: harm - center, excess: { lower: center - reach, upper: center + reach } };
}
