import type { SampleRatioCheck } from "../model/analysis.ts";
import { chiSquareUpperTail, deviance, stirlingError } from "./distributions.ts";
import { areFinite, type Refused, refuse, withoutNaN } from "./refused.ts";

/** Below this p-value the split is broken, not unlucky. */
export const SAMPLE_RATIO_THRESHOLD = 0.001;

/** With fewer expected units in an arm the test says nothing yet. */
const MINIMUM_EXPECTED_UNITS = 8;

/** How strongly the sequential test expects the planned weights; larger is quicker on small deviations. */
const CONCENTRATION = 1_000;

/** The counts of arms with weight > 0, their shares summing to 1, and what landed in arms without weight. */
interface Split {
  total: number;
  arms: { count: number; share: number }[];
  strays: number;
}

function splitOf(units: readonly number[], weights: readonly number[]): Split | Refused {
  const sound = (values: readonly number[]) => values.every((value) => Number.isFinite(value) && value >= 0);
  const weight = weights.reduce((sum, value) => sum + value, 0);
  const total = units.reduce((sum, count) => sum + count, 0);
  if (units.length !== weights.length || !sound(units) || !sound(weights)) return refuse("bad_input");
  if (!(weight > 0) || !areFinite(weight, total)) return refuse("bad_input");
  if (total === 0) return refuse("insufficient_data");
  const all = units.map((count, index) => ({ count, share: (weights[index] ?? 0) / weight }));
  const strays = all.reduce((sum, { count, share }) => sum + (share === 0 ? count : 0), 0);
  return { total, arms: all.filter(({ share }) => share > 0), strays };
}

export interface SampleRatioTest {
  /** Infinity when a unit landed in an arm without weight: impossible under the planned split. */
  statistic: number;
  degreesOfFreedom: number;
  pValue: number;
}

/**
 * Pearson's chi-square test of unit counts against weights, which need not sum to 1. Arms of weight 0 do not count as a
 * degree of freedom; a unit in one of them is a failure by itself.
 * @param units, weights  of equal length, ≥ 0
 * @returns `insufficient_data` without units or with a single arm of weight > 0, `bad_input` without any weight
 */
export function sampleRatioTest(
  units: readonly number[],
  weights: readonly number[],
): SampleRatioTest | Refused {
  const split = splitOf(units, weights);
  if ("reason" in split) return split;
  const degreesOfFreedom = split.arms.length - 1;
  if (split.strays > 0) return { statistic: Number.POSITIVE_INFINITY, degreesOfFreedom, pValue: 0 };
  if (degreesOfFreedom === 0) return refuse("insufficient_data");
  const statistic = split.arms.reduce((sum, { count, share }) => {
    const expected = split.total * share;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  return withoutNaN({
    statistic,
    degreesOfFreedom,
    pValue: chiSquareUpperTail(statistic, degreesOfFreedom),
  });
}

export interface SequentialSampleRatioTest {
  /** Of a broken split against the planned one; Infinity when a unit landed in an arm without weight. */
  logBayesFactor: number;
  /** Valid at every look. */
  pValue: number;
}

/**
 * The same question asked at every look: a Dirichlet-multinomial Bayes factor whose inverse is an always-valid p-value.
 * Written with deviances and Stirling's errors, because differences of ln Γ lose all digits at large counts.
 * @param concentration sum of the Dirichlet parameters, concentration · weight each, > 0
 * @see Lindon, Malek 2022, "Anytime-valid inference for multinomial count data"
 */
export function sequentialSampleRatioTest(
  units: readonly number[],
  weights: readonly number[],
  concentration: number,
): SequentialSampleRatioTest | Refused {
  const split = splitOf(units, weights);
  if ("reason" in split) return split;
  if (!(concentration > 0) || !areFinite(concentration)) return refuse("bad_input");
  if (split.strays > 0) return { logBayesFactor: Number.POSITIVE_INFINITY, pValue: 0 };
  const whole = concentration + split.total;
  // ln Γ(z) = (z − ½) ln z − z + ½ ln 2π + error: the linear terms cancel, the others gather into deviances.
  let logBayesFactor =
    Math.log(whole / concentration) / 2 + stirlingError(concentration) - stirlingError(whole);
  for (const { count, share } of split.arms) {
    const prior = concentration * share;
    logBayesFactor += deviance(prior + count, whole * share) - Math.log((prior + count) / prior) / 2;
    logBayesFactor += stirlingError(prior + count) - stirlingError(prior);
  }
  return withoutNaN({ logBayesFactor, pValue: Math.min(1, Math.exp(-logBayesFactor)) });
}

/** The p-value of the test alone. */
export function sampleRatioPValue(units: readonly number[], weights: readonly number[]): number | Refused {
  const test = sampleRatioTest(units, weights);
  return "reason" in test ? test : test.pValue;
}

/**
 * Checks the split where weights changed between periods: each period against its own weights, Bonferroni over periods.
 * @param earlierPValue the smallest sequential p-value of earlier looks
 */
export function checkSampleRatioOfPeriods(
  periods: readonly (readonly { variant: string; weight: number; units: number }[])[],
  earlierPValue = 1,
): SampleRatioCheck {
  const checks = periods.map((arms) => checkSampleRatio(arms));
  const smallest = (read: (check: SampleRatioCheck) => number | null) => {
    const known = checks.flatMap((check) => read(check) ?? []);
    return known.length === 0 ? null : Math.min(1, known.length * Math.min(...known));
  };
  const sequentialPValue = smallest((check) => check.sequentialPValue);
  const observed = (periods[0] ?? []).map(({ variant }) => ({
    variant,
    units: checks.reduce(
      (sum, check) => sum + (check.observed.find((arm) => arm.variant === variant)?.units ?? 0),
      0,
    ),
    expected: checks.reduce(
      (sum, check) => sum + (check.observed.find((arm) => arm.variant === variant)?.expected ?? 0),
      0,
    ),
  }));
  if (sequentialPValue === null) {
    return {
      verdict: "insufficient_data",
      observed,
      pValue: null,
      sequentialPValue: null,
      runningPValue: null,
    };
  }
  return {
    verdict: sequentialPValue < SAMPLE_RATIO_THRESHOLD ? "mismatch" : "ok",
    observed,
    pValue: smallest((check) => check.pValue),
    sequentialPValue,
    runningPValue: Math.min(earlierPValue, sequentialPValue),
  };
}

/**
 * Checks the split of units over variants, both for one look and for constant looking.
 * @param earlierPValue the smallest sequential p-value of earlier looks
 */
export function checkSampleRatio(
  arms: readonly { variant: string; weight: number; units: number }[],
  earlierPValue = 1,
): SampleRatioCheck {
  const total = arms.reduce((sum, { units }) => sum + units, 0);
  const observed = arms.map(({ variant, weight, units }) => ({ variant, units, expected: total * weight }));
  const insufficient: SampleRatioCheck = {
    verdict: "insufficient_data",
    observed,
    pValue: null,
    sequentialPValue: null,
    runningPValue: null,
  };
  if (observed.some(({ expected }) => expected < MINIMUM_EXPECTED_UNITS)) return insufficient;
  const units = arms.map((arm) => arm.units);
  const weights = arms.map((arm) => arm.weight);
  const test = sampleRatioTest(units, weights);
  const sequential = sequentialSampleRatioTest(units, weights, CONCENTRATION);
  if ("reason" in test || "reason" in sequential) return insufficient;
  return {
    verdict: sequential.pValue < SAMPLE_RATIO_THRESHOLD ? "mismatch" : "ok",
    observed,
    pValue: test.pValue,
    sequentialPValue: sequential.pValue,
    runningPValue: Math.min(earlierPValue, sequential.pValue),
  };
}
