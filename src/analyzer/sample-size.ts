import { mixtureVariance, twoSidedMultiplier } from "./always-valid.ts";
import { normalUpperQuantile } from "./distributions.ts";

export interface SampleSizeQuestion {
  /** Standard deviation of one unit's value in control and in treatment. */
  controlDeviation: number;
  treatmentDeviation: number;
  /** The smallest difference worth finding, in the metric's own units, > 0. */
  minimumDetectableEffect: number;
  /** Two-sided error rate in (0, 1). */
  alpha: number;
  /** Chance to find the effect if it is there, in (0, 1). */
  power: number;
  /** Treatment units per control unit. */
  ratio: number;
}

export interface SampleSize {
  controlUnits: number;
  treatmentUnits: number;
}

function unitsFor(question: SampleSizeQuestion, criticalValue: number): SampleSize {
  const { controlDeviation, treatmentDeviation, minimumDetectableEffect, power, ratio } = question;
  const variance = controlDeviation ** 2 + treatmentDeviation ** 2 / ratio;
  const reach = (criticalValue + normalUpperQuantile(1 - power)) / minimumDetectableEffect;
  const control = Math.ceil(reach ** 2 * variance);
  return { controlUnits: control, treatmentUnits: Math.ceil(control * ratio) };
}

/**
 * Units for a test that is looked at once, at the end.
 * @see Chow, Shao, Wang 2008, "Sample Size Calculations in Clinical Research", 3.2 (normal approximation)
 */
export function fixedHorizonSampleSize(question: SampleSizeQuestion): SampleSize {
  return unitsFor(question, normalUpperQuantile(question.alpha / 2));
}

/**
 * Units for a test that is looked at all the time, with its always-valid interval tuned to exactly that size. A lower
 * bound on the power: earlier looks can only add to it.
 */
export function alwaysValidSampleSize(question: SampleSizeQuestion): SampleSize {
  // Tuned to its own end the interval's width there does not depend on the number of units.
  const intrinsicTime = mixtureVariance(1, question.alpha);
  return unitsFor(question, twoSidedMultiplier(intrinsicTime, question.alpha));
}
