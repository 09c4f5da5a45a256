import gammaln from "@stdlib/math-base-special-gammaln";
import type { SampleRatioCheck } from "../model/analysis.ts";
import { chiSquareUpperTail } from "./distributions.ts";

/** Below this p-value the split is broken, not unlucky. */
export const SAMPLE_RATIO_THRESHOLD = 0.001;

/** With fewer expected units in an arm the test says nothing yet. */
const MINIMUM_EXPECTED_UNITS = 8;

/** How strongly the sequential test expects the planned weights; larger is quicker on small deviations. */
const CONCENTRATION = 1_000;

/**
 * Pearson's chi-square test of unit counts against weights.
 * @param units, weights  of equal length; weights > 0, summing to 1
 */
export function sampleRatioPValue(units: readonly number[], weights: readonly number[]): number {
  const total = units.reduce((sum, count) => sum + count, 0);
  const statistic = units.reduce((sum, count, index) => {
    const expected = total * (weights[index] ?? 0);
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  return chiSquareUpperTail(statistic, units.length - 1);
}

/**
 * The same question asked at every look: a Dirichlet-multinomial Bayes factor whose inverse is an always-valid p-value.
 * @see Lindon, Malek 2022, "Anytime-valid inference for multinomial count data"
 */
export function sequentialSampleRatioPValue(units: readonly number[], weights: readonly number[]): number {
  const total = units.reduce((sum, count) => sum + count, 0);
  let logBayesFactor = gammaln(CONCENTRATION) - gammaln(CONCENTRATION + total);
  for (const [index, count] of units.entries()) {
    const weight = weights[index] ?? 0;
    const prior = CONCENTRATION * weight;
    logBayesFactor += gammaln(prior + count) - gammaln(prior) - count * Math.log(weight);
  }
  return Math.min(1, Math.exp(-logBayesFactor));
}

/** Checks the split of units over variants, both for one look and for constant looking. */
export function checkSampleRatio(
  arms: readonly { variant: string; weight: number; units: number }[],
): SampleRatioCheck {
  const total = arms.reduce((sum, { units }) => sum + units, 0);
  const observed = arms.map(({ variant, weight, units }) => ({ variant, units, expected: total * weight }));
  if (observed.some(({ expected }) => expected < MINIMUM_EXPECTED_UNITS)) {
    return { verdict: "insufficient_data", observed, pValue: null, sequentialPValue: null };
  }
  const units = arms.map((arm) => arm.units);
  const weights = arms.map((arm) => arm.weight);
  const sequentialPValue = sequentialSampleRatioPValue(units, weights);
  return {
    verdict: sequentialPValue < SAMPLE_RATIO_THRESHOLD ? "mismatch" : "ok",
    observed,
    pValue: sampleRatioPValue(units, weights),
    sequentialPValue,
  };
}
