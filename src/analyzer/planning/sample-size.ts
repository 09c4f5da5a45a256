import type { Unavailable } from "#model/analysis/analysis.ts";
import { hasBound } from "#model/experiment/defaults.ts";
import { normalUpperQuantile } from "../distributions/index.ts";
import { mixtureVariance, twoSidedMultiplier } from "../sequential/always-valid.ts";
import { boundedMultiplier } from "../sequential/bounded.ts";
import { areFinite, isShare, unavailable, withoutNaN } from "../unavailable.ts";
import type { Sides } from "./test-power.ts";

export interface SampleSizeQuestion {
  /** Standard deviation of one unit's value in control and in treatment. */
  controlDeviation: number;
  treatmentDeviation: number;
  /** The smallest difference worth finding, in the metric's own units, > 0. */
  minimumDetectableEffect: number;
  /** Two-sided error rate in (0, 1). */
  alpha: number;
  /** Each of several treatments is tested at alpha / treatments; 1 where it is left out. */
  treatments?: number;
  /** Chance to find the effect if it is there, in (0, 1). */
  power: number;
  /** Treatment units per control unit. */
  ratio: number;
}

export interface SampleSize {
  controlUnits: number;
  treatmentUnits: number;
}

/** Control's units as a real number. */
function exactUnitsFor(question: SampleSizeQuestion, criticalValue: number): number {
  const { controlDeviation, treatmentDeviation, minimumDetectableEffect, power, ratio } = question;
  const variance = controlDeviation ** 2 + treatmentDeviation ** 2 / ratio;
  const reach = (criticalValue + normalUpperQuantile(1 - power)) / minimumDetectableEffect;
  return reach ** 2 * variance;
}

function unitsFor(question: SampleSizeQuestion, criticalValue: number): SampleSize {
  const control = Math.ceil(exactUnitsFor(question, criticalValue));
  return { controlUnits: control, treatmentUnits: Math.ceil(control * question.ratio) };
}

/**
 * Units for a z-test of two means with one or two sides, exactly and rounded up, each arm by itself.
 * @returns `zero_variance` when both deviations are 0, `unbounded` for an effect of 0
 * @see Chow, Shao, Wang 2008, "Sample Size Calculations in Clinical Research", 3.2
 */
export function sampleSizeOfZTest(
  question: SampleSizeQuestion,
  sides: Sides = 2,
): (SampleSize & { exactControlUnits: number }) | Unavailable {
  const { controlDeviation, treatmentDeviation, minimumDetectableEffect, alpha, power, ratio } = question;
  if (!areFinite(controlDeviation, treatmentDeviation, minimumDetectableEffect, ratio)) {
    return unavailable("bad_input");
  }
  if (!isShare(alpha) || !isShare(power) || !(ratio > 0) || (sides !== 1 && sides !== 2)) {
    return unavailable("bad_input");
  }
  if (Math.min(controlDeviation, treatmentDeviation) < 0) return unavailable("bad_input");
  if (controlDeviation === 0 && treatmentDeviation === 0) return unavailable("zero_variance");
  if (minimumDetectableEffect === 0) return unavailable("unbounded");
  const exactControlUnits = exactUnitsFor(question, normalUpperQuantile(alpha / sides));
  return withoutNaN({
    exactControlUnits,
    controlUnits: Math.ceil(exactControlUnits),
    treatmentUnits: Math.ceil(exactControlUnits * ratio),
  });
}

/**
 * Units for a test that is looked at once, at the end.
 * @see Chow, Shao, Wang 2008, "Sample Size Calculations in Clinical Research", 3.2 (normal approximation)
 */
export function fixedHorizonSampleSize(question: SampleSizeQuestion): SampleSize {
  const { alpha, treatments = 1 } = question;
  return unitsFor(question, normalUpperQuantile(alpha / treatments / 2));
}

/**
 * The width of the always-valid interval at its end, in standard errors: of an experiment that has this size as its
 * maximum, or, where alpha is outside the range of such bounds, of one without end that is tuned to exactly that size.
 * @param level that a treatment is tested at: alpha, or less where several treatments share it
 */
export function reachAtEnd(alpha: number, level = alpha): number {
  return hasBound(alpha)
    ? boundedMultiplier("two_sided", 1, level)
    : twoSidedMultiplier(mixtureVariance(1, alpha), level);
}

/**
 * Units for a test that is looked at all the time and ends there. A lower bound on the power: earlier looks can only add
 * to it.
 */
export function alwaysValidSampleSize(question: SampleSizeQuestion): SampleSize {
  const { alpha, treatments = 1 } = question;
  return unitsFor(question, reachAtEnd(alpha, alpha / treatments));
}
