import type { MetricAnalysis, Unavailable, VariantEstimate } from "#model/analysis/analysis.ts";
import type { Interval } from "#model/analysis/interval.ts";
import { lookUnitsOf } from "#model/analysis/phase-clock.ts";
import type { Margin } from "#model/experiment/experiment.ts";
import type { LookPlan } from "#model/experiment/look-plan.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { toStudentScore } from "../distributions/student-scale.ts";
import { oneSidedReach } from "../sequential/look-plan.ts";
import { unavailable } from "../unavailable.ts";
import { welchDegreesOfFreedom } from "./welch.ts";

/** With fewer units in an arm the asymptotic bounds are not to be trusted. */
const MINIMUM_UNITS_PER_ARM = 25;

/** As many units as an arm is worth; analyses from before that was computed know only how many there are. */
const weightOf = ({ units, effectiveUnits = units }: VariantEstimate): number => effectiveUnits;

/** How much worse a treatment is than control, against the harm that is tolerated. */
export interface ExcessHarm {
  /** Positive is worse, in the metric's own units. */
  harm: number;
  tolerated: number;
  /** Always-valid one-sided bounds on harm − tolerated. */
  excess: Interval;
  /** What the smaller arm is worth, in equal units. */
  effectiveUnits: number;
}

/** With so many units that are all alike in both arms, less than 1 % of them may be different (the rule of three). */
const UNITS_OF_EQUAL_CONSTANTS = 300;

/** The factor on the control's estimate and the constant that together make the worst tolerated value. */
function worstTolerated(
  baseline: number,
  sign: number,
  margin: Margin,
): { factor: number; constant: number } {
  if (margin.kind === "absolute") return { factor: 1, constant: sign * margin.value };
  // A share of 0 is 0: whatever is worse than nothing is harm.
  return { factor: 1 + sign * margin.value * Math.sign(baseline), constant: 0 };
}

/**
 * The treatment's standard error if it were exactly at the margin, for proportions: a small arm that has seen no harm at
 * all must not pass for proof that there is none.
 * @see Farrington, Manning 1990, who take the variance under the null for the same reason
 */
function errorAtMargin(
  { definition }: MetricAnalysis,
  { observations }: { observations: number },
  baseline: number,
  margin: Margin,
): number {
  if (definition.type !== "proportion") return 0;
  const { factor, constant } = worstTolerated(baseline, -improvementSign(definition), margin);
  const atMargin = Math.min(1, Math.max(0, factor * baseline + constant));
  return Math.sqrt((atMargin * (1 - atMargin)) / observations);
}

/** An arm's part in the error of a comparison. */
interface ArmError {
  units: number;
  /** What the arm counts in degrees of freedom. */
  weight: number;
  error: number;
}

type Pair = readonly [control: ArmError, treatment: ArmError];

/**
 * Two arms of a mean, neither with a smaller error than the variance of both together gives. Where values are skewed, an arm that
 * has not met its tail yet has a mean and a variance that are both too small, and would pass for proof that there is no harm.
 */
function withPooledErrors({ definition }: MetricAnalysis, [control, treatment]: Pair): Pair {
  if (definition.type !== "mean") return [control, treatment];
  const sumOfSquares = (control.units * control.error) ** 2 + (treatment.units * treatment.error) ** 2;
  const variance = sumOfSquares / (control.units + treatment.units);
  const moderated = (arm: ArmError) => ({
    ...arm,
    error: Math.max(arm.error, Math.sqrt(variance / arm.units)),
  });
  return [moderated(control), moderated(treatment)];
}

/** How far a bound reaches. @param factor on the control's estimate @param multiplier in standard errors, with a normal's tails */
function reachOf([control, treatment]: Pair, factor: number, multiplier: number): number {
  const degreesOfFreedom = welchDegreesOfFreedom(
    (factor * control.error) ** 2,
    control.weight,
    treatment.error ** 2,
    treatment.weight,
  );
  return toStudentScore(multiplier, degreesOfFreedom) * Math.hypot(treatment.error, factor * control.error);
}

/** Both arms have had the same value only, in so many units that anything else would have been met. */
function areEqualConstants(control: VariantEstimate, treatment: VariantEstimate): boolean {
  return (
    control.standardError === 0 &&
    treatment.standardError === 0 &&
    control.estimate === treatment.estimate &&
    Math.min(control.units, treatment.units) >= UNITS_OF_EQUAL_CONSTANTS
  );
}

/**
 * Bounds how far a treatment is worse than the tolerated margin, at every look. A relative margin is a share of the
 * control's true value, whose own uncertainty enters the error, instead of a constant times the observed one.
 * @param settings alpha is the level of each one-sided bound; `spending` says when an experiment with a maximum spends it
 */
export function excessHarm(
  metric: MetricAnalysis,
  controlKey: string,
  variantKey: string,
  margin: Margin,
  settings: { alpha: number; plan: LookPlan; spending: "early" | "late" },
): ExcessHarm | Unavailable {
  const control = metric.variants.find(({ variant }) => variant === controlKey);
  const treatment = metric.variants.find(({ variant }) => variant === variantKey);
  if (!control || !treatment) return unavailable("insufficient_data");
  const effectiveUnits = Math.min(weightOf(control), weightOf(treatment));
  if (effectiveUnits < MINIMUM_UNITS_PER_ARM) return unavailable("insufficient_data");
  const { sequentialStandardError: controlError } = control;
  const { sequentialStandardError: treatmentError } = treatment;
  const baseline = control.adjustedEstimate ?? control.estimate;
  const value = treatment.adjustedEstimate ?? treatment.estimate;
  if (baseline === null || value === null || controlError === null || treatmentError === null) {
    return unavailable("insufficient_data");
  }
  const sign = -improvementSign(metric.definition);
  const worst = worstTolerated(baseline, sign, margin);
  if (areEqualConstants(control, treatment)) {
    const tolerated = sign * ((worst.factor - 1) * baseline + worst.constant);
    return { harm: 0, tolerated, excess: { lower: -tolerated, upper: -tolerated }, effectiveUnits };
  }
  const { alpha, plan, spending } = settings;
  const arms: Pair = [
    { units: control.units, weight: weightOf(control), error: controlError },
    {
      units: treatment.units,
      weight: weightOf(treatment),
      error: Math.max(treatmentError, errorAtMargin(metric, treatment, baseline, margin)),
    },
  ];
  if (!(reachOf(arms, worst.factor, 1) > 0)) return unavailable("zero_variance");
  const center = sign * (value - (worst.factor * baseline + worst.constant));
  const multiplier = oneSidedReach(plan, lookUnitsOf(control, treatment), alpha, spending);
  const harm = sign * (value - baseline);
  const excess = {
    lower: center - reachOf(arms, worst.factor, multiplier),
    upper: center + reachOf(withPooledErrors(metric, arms), worst.factor, multiplier),
  };
  return { harm, tolerated: harm - center, excess, effectiveUnits };
}
