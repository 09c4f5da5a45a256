import type { Unavailable } from "#model/analysis/analysis.ts";
import type { SampleRatioCheck } from "#model/analysis/data-quality.ts";
import { chiSquareUpperTail, deviance, stirlingError } from "../distributions/index.ts";
import { areFinite, isUnavailable, unavailable, withoutNaN } from "../unavailable.ts";

/** Below this p-value the split is broken, not unlucky. */
export const SAMPLE_RATIO_THRESHOLD = 0.001;

/** With fewer expected units in an arm the test says nothing yet. */
const MINIMUM_EXPECTED_UNITS = 8;

/**
 * How strongly the sequential test expects the planned weights: a small number is quick on large deviations, a large one on
 * small deviations. The mean of their Bayes factors is one again, so that none has to be chosen.
 */
const CONCENTRATIONS = [30, 1_000, 30_000];

/** The counts of arms with weight > 0, their shares summing to 1, and what landed in arms without weight. */
interface Split {
  total: number;
  arms: { count: number; share: number }[];
  strays: number;
}

function splitOf(units: readonly number[], weights: readonly number[]): Split | Unavailable {
  const sound = (values: readonly number[]) => values.every((value) => Number.isFinite(value) && value >= 0);
  const weight = weights.reduce((sum, value) => sum + value, 0);
  const total = units.reduce((sum, count) => sum + count, 0);
  if (units.length !== weights.length || !sound(units) || !sound(weights)) return unavailable("bad_input");
  if (!(weight > 0) || !areFinite(weight, total)) return unavailable("bad_input");
  if (total === 0) return unavailable("insufficient_data");
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
): SampleRatioTest | Unavailable {
  const split = splitOf(units, weights);
  if (isUnavailable(split)) return split;
  const degreesOfFreedom = split.arms.length - 1;
  if (split.strays > 0) return { statistic: Number.POSITIVE_INFINITY, degreesOfFreedom, pValue: 0 };
  if (degreesOfFreedom === 0) return unavailable("insufficient_data");
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
): SequentialSampleRatioTest | Unavailable {
  const split = splitOf(units, weights);
  if (isUnavailable(split)) return split;
  if (!(concentration > 0) || !areFinite(concentration)) return unavailable("bad_input");
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
export function sampleRatioPValue(
  units: readonly number[],
  weights: readonly number[],
): number | Unavailable {
  const test = sampleRatioTest(units, weights);
  return isUnavailable(test) ? test : test.pValue;
}

/** One variant in a phase of constant weights. */
export interface SplitArm {
  variant: string;
  weight: number;
  units: number;
  /** Units that a person accepted as they were; only what came since is tested. */
  acceptedUnits?: number | undefined;
  /** Switched off: it gets no units any more, so the others are tested among themselves. */
  isOff?: boolean | undefined;
}

function observedOf(arms: readonly SplitArm[]): SampleRatioCheck["observed"] {
  const active = arms.filter(({ isOff }) => !isOff);
  const total = active.reduce((sum, { units }) => sum + units, 0);
  const weights = active.reduce((sum, { weight }) => sum + weight, 0);
  return arms.map(({ variant, weight, units, isOff }) => ({
    variant,
    units,
    expected: isOff ? units : (total * weight) / weights,
  }));
}

interface SplitPValues {
  pValue: number;
  sequentialPValue: number;
}

/** ln of the evidence against a split that holds at every look, over all concentrations. @returns undefined without units */
export function splitEvidence(units: readonly number[], weights: readonly number[]): number | undefined {
  const factors = CONCENTRATIONS.flatMap((concentration) => {
    const tested = sequentialSampleRatioTest(units, weights, concentration);
    return isUnavailable(tested) ? [] : [tested.logBayesFactor];
  });
  if (factors.length < CONCENTRATIONS.length) return undefined;
  const largest = Math.max(...factors);
  if (largest === Number.POSITIVE_INFINITY) return largest;
  const mean = factors.reduce((sum, factor) => sum + Math.exp(factor - largest), 0) / factors.length;
  return largest + Math.log(mean);
}

/** @returns undefined while an arm is expected to have too few units */
function testSplit(arms: readonly SplitArm[]): SplitPValues | undefined {
  const tested = arms
    .filter(({ isOff }) => !isOff)
    .map((arm) => ({ ...arm, units: Math.max(0, arm.units - (arm.acceptedUnits ?? 0)) }));
  if (observedOf(tested).some(({ expected }) => !(expected >= MINIMUM_EXPECTED_UNITS))) return undefined;
  const units = tested.map((arm) => arm.units);
  const weights = tested.map((arm) => arm.weight);
  const test = sampleRatioTest(units, weights);
  const evidence = splitEvidence(units, weights);
  if (isUnavailable(test) || evidence === undefined) return undefined;
  return { pValue: test.pValue, sequentialPValue: Math.min(1, Math.exp(-evidence)) };
}

/** What was seen once is not unseen: a later look with fewer units or a better split leaves the smallest p-value. */
function conclude(
  observed: SampleRatioCheck["observed"],
  tested: SplitPValues | undefined,
  earlierPValue: number,
): SampleRatioCheck {
  const running = Math.min(earlierPValue, tested?.sequentialPValue ?? 1);
  const calm = tested ? "ok" : "insufficient_data";
  return {
    verdict: running < SAMPLE_RATIO_THRESHOLD ? "mismatch" : calm,
    observed,
    pValue: tested?.pValue ?? null,
    sequentialPValue: tested?.sequentialPValue ?? null,
    runningPValue: tested || running < 1 ? running : null,
  };
}

/**
 * Checks the split where weights changed between phases: each phase against its own weights, Bonferroni over phases.
 * @param earlierPValue the smallest sequential p-value of earlier looks
 */
export function checkSampleRatioOfPhases(
  phases: readonly (readonly SplitArm[])[],
  earlierPValue = 1,
): SampleRatioCheck {
  const splits = phases.map(observedOf);
  const observed = (splits[0] ?? []).map(({ variant }, arm) => ({
    variant,
    units: splits.reduce((sum, split) => sum + (split[arm]?.units ?? 0), 0),
    expected: splits.reduce((sum, split) => sum + (split[arm]?.expected ?? 0), 0),
  }));
  const tests = phases.flatMap((arms) => testSplit(arms) ?? []);
  const smallest = (pValues: readonly number[]) => Math.min(1, pValues.length * Math.min(...pValues));
  const tested =
    tests.length === 0
      ? undefined
      : {
          pValue: smallest(tests.map(({ pValue }) => pValue)),
          sequentialPValue: smallest(tests.map(({ sequentialPValue }) => sequentialPValue)),
        };
  return conclude(observed, tested, earlierPValue);
}

/**
 * Checks the split of units over variants, both for one look and for constant looking.
 * @param earlierPValue the smallest sequential p-value of earlier looks
 */
export function checkSampleRatio(arms: readonly SplitArm[], earlierPValue = 1): SampleRatioCheck {
  return conclude(observedOf(arms), testSplit(arms), earlierPValue);
}
