import type { BayesianResult, OmnibusTest, ProportionResult, Unavailable } from "#model/analysis/analysis.ts";
import { improvementSign } from "#model/metric/direction.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { compareProportions } from "../estimates/proportion-difference.ts";
import type { UnitStatistics } from "../estimates/unit-statistics.ts";
import { analysisOfVariance } from "../tests/analysis-of-variance.ts";
import { normalPosterior } from "../tests/bayes-normal.ts";
import { fisherExact } from "../tests/fisher-exact.ts";
import { isUnavailable, unavailable } from "../unavailable.ts";

/** Below this expected count the normal approximation of a proportion is not to be trusted. */
const MINIMUM_EXPECTED_COUNT = 5;

/** What a Bayesian with a flat prior would say. Shown beside the decision, never part of it. */
export function bayesianResult(
  definition: MetricDefinition,
  { estimate, standardError }: { estimate: number; standardError: number },
  alpha: number,
): BayesianResult | Unavailable {
  const sign = improvementSign(definition);
  const posterior = normalPosterior({ estimate: sign * estimate, standardError }, undefined, alpha);
  if (isUnavailable(posterior)) return posterior;
  const { lower, upper } = posterior.interval;
  return {
    status: "ok",
    method: "normal_flat_prior",
    peekingProof: false,
    chanceToWin: posterior.chanceToWin,
    expectedLoss: posterior.riskOfTreatment,
    credibleInterval: sign === 1 ? { lower, upper } : { lower: -upper, upper: -lower },
  };
}

function countsOf({ estimate, units }: UnitStatistics) {
  return { successes: Math.round(estimate * units), units };
}

/** The classic tests of two proportions; null where units count more than once. */
export function proportionResult(
  definition: MetricDefinition,
  control: UnitStatistics,
  treatment: UnitStatistics,
  alpha: number,
): ProportionResult | Unavailable | null {
  if (definition.type !== "proportion") return null;
  if (!control.oneObservationPerUnit || !treatment.oneObservationPerUnit) return null;
  const [baseline, changed] = [countsOf(control), countsOf(treatment)];
  const compared = compareProportions(baseline, changed, alpha);
  if (isUnavailable(compared)) return compared;
  const share = (baseline.successes + changed.successes) / (baseline.units + changed.units);
  const leastExpected = Math.min(baseline.units, changed.units) * Math.min(share, 1 - share);
  const { lower, upper } = compared.newcombe;
  const common = { status: "ok", interval: { lower, upper } } as const;
  if (leastExpected >= MINIMUM_EXPECTED_COUNT)
    return { ...common, method: "pooled_z", pValue: compared.pValue };
  const exact = fisherExact([
    [baseline.successes, baseline.units - baseline.successes],
    [changed.successes, changed.units - changed.successes],
  ]);
  return isUnavailable(exact) ? exact : { ...common, method: "fisher_exact", pValue: exact.pValue };
}

/** Welch's analysis of variance over three or more arms; null for fewer, and for proportions (chi-square is theirs). */
export function omnibusTest(
  definition: MetricDefinition,
  arms: readonly (UnitStatistics | undefined)[],
): OmnibusTest | Unavailable | null {
  if (arms.length < 3 || definition.type !== "mean") return null;
  const armMeans = arms.flatMap((arm) =>
    arm ? [{ units: arm.units, mean: arm.estimate, variance: arm.unitVariance }] : [],
  );
  if (armMeans.length < arms.length) return unavailable("insufficient_data");
  const tested = analysisOfVariance(armMeans);
  const welch = isUnavailable(tested) ? tested : tested.welch;
  if (isUnavailable(welch)) return welch;
  const { statistic, numeratorDegrees, denominatorDegrees, pValue } = welch;
  return {
    status: "ok",
    method: "welch_anova",
    statistic,
    degreesOfFreedom: [numeratorDegrees, denominatorDegrees],
    pValue,
  };
}
