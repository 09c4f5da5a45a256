import type { Unavailable } from "#model/analysis/analysis.ts";
import { fisherUpperTail } from "../distributions/index.ts";
import { estimateOfMean, type MeanAndVariance } from "../estimates/estimate.ts";
import { mergeSummaries } from "../estimates/summary.ts";
import { isUnavailable, unavailable, withoutNaN } from "../unavailable.ts";

interface FTest {
  statistic: number;
  numeratorDegrees: number;
  denominatorDegrees: number;
  pValue: number;
}

export interface AnalysisOfVariance {
  /** Fisher's, which assumes equal variances. */
  classic: FTest | Unavailable;
  /** Welch's, which does not: the one to report. `zero_variance` when an arm has none. */
  welch: FTest | Unavailable;
}

function fTest(statistic: number, numeratorDegrees: number, denominatorDegrees: number): FTest | Unavailable {
  const pValue = fisherUpperTail(statistic, numeratorDegrees, denominatorDegrees);
  return withoutNaN({ statistic, numeratorDegrees, denominatorDegrees, pValue });
}

/** Σ weight · (mean − weighted mean)², and that mean. */
function spreadOfMeans(means: readonly number[], weights: readonly number[]): number {
  const merged = mergeSummaries(
    means.map((mean, index) => ({ count: weights[index] ?? 0, mean, squaredDeviations: 0 })),
  );
  return isUnavailable(merged) ? Number.NaN : merged.squaredDeviations;
}

/**
 * Omnibus tests that the means of k arms are equal.
 * @param arms at least two, each with at least two units
 * @see Fisher 1925; Welch 1951, "On the comparison of several mean values"
 */
export function analysisOfVariance(arms: readonly MeanAndVariance[]): AnalysisOfVariance | Unavailable {
  for (const arm of arms) {
    const estimate = estimateOfMean(arm);
    if (isUnavailable(estimate)) return estimate;
  }
  if (arms.length < 2) return unavailable("insufficient_data");
  return { classic: classicTest(arms), welch: welchTestOfArms(arms) };
}

function classicTest(arms: readonly MeanAndVariance[]): FTest | Unavailable {
  const numeratorDegrees = arms.length - 1;
  const units = arms.reduce((sum, arm) => sum + arm.units, 0);
  const within = arms.reduce((sum, arm) => sum + (arm.units - 1) * arm.variance, 0);
  if (!(within > 0)) return unavailable("zero_variance");
  const between = spreadOfMeans(
    arms.map(({ mean }) => mean),
    arms.map((arm) => arm.units),
  );
  const denominatorDegrees = units - arms.length;
  return fTest(
    between / numeratorDegrees / (within / denominatorDegrees),
    numeratorDegrees,
    denominatorDegrees,
  );
}

function welchTestOfArms(arms: readonly MeanAndVariance[]): FTest | Unavailable {
  if (arms.some(({ variance }) => variance === 0)) return unavailable("zero_variance");
  const count = arms.length;
  const weights = arms.map(({ units, variance }) => units / variance);
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
  const imbalance = arms.reduce(
    (sum, { units }, index) => sum + (1 - (weights[index] ?? 0) / totalWeight) ** 2 / (units - 1),
    0,
  );
  const between = spreadOfMeans(
    arms.map(({ mean }) => mean),
    weights,
  );
  const correction = 1 + ((2 * (count - 2)) / (count ** 2 - 1)) * imbalance;
  return fTest(between / (count - 1) / correction, count - 1, (count ** 2 - 1) / (3 * imbalance));
}
