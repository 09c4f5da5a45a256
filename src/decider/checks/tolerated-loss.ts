import { normalUpperQuantile } from "#analyzer/distributions/index.ts";
import { twoSidedReach } from "#analyzer/sequential/look-plan.ts";
import { type ExcessHarm, excessHarm } from "#analyzer/tests/non-inferiority.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import { plannedUnitsOf } from "#model/analysis/phase-clock.ts";
import type { ExperimentSpec, Margin } from "#model/experiment/experiment.ts";
import { lookPlanOf, lookPlanOfPair, sizeOf } from "#model/experiment/look-plan.ts";
import { harmPlanOfPair } from "#model/experiment/planned-units.ts";
import type { DecisionInput } from "./check.ts";

/** The power that the minimum detectable effect is meant for. */
export const POWER = 0.8;

/**
 * The difference that the experiment is large enough to find: at its maximum, or without one at its planned
 * units, with its always-valid interval and the variance seen so far.
 * @returns undefined while the variances are not known
 */
function minimumDetectableEffect(
  spec: ExperimentSpec,
  primary: MetricAnalysis,
  variant: string,
): number | undefined {
  const plan = lookPlanOfPair(spec, variant);
  const units = sizeOf(lookPlanOf(spec));
  const squaredErrors = [spec.control, variant].map((key) => {
    const arm = primary.variants.find((candidate) => candidate.variant === key);
    const weight = spec.variants.find((candidate) => candidate.key === key)?.weight ?? 0;
    const error = arm?.sequentialStandardError ?? Number.NaN;
    return (error ** 2 * (arm ? plannedUnitsOf(arm) : 0)) / (weight * units);
  });
  const error = Math.sqrt(squaredErrors.reduce((sum, squaredError) => sum + squaredError, 0));
  const effect = (twoSidedReach(plan, sizeOf(plan), spec.alpha) + normalUpperQuantile(1 - POWER)) * error;
  return Number.isFinite(effect) && effect > 0 ? effect : undefined;
}

/**
 * The loss on the primary metric that a treatment may cause without leaving early: the experiment's own margin, that of a
 * non-inferiority rule, or else the minimum detectable effect.
 */
function toleratedLoss(spec: ExperimentSpec, primary: MetricAnalysis, variant: string): Margin | undefined {
  const own = spec.metrics.find(({ role }) => role === "primary")?.margin;
  if (own) return own;
  if (spec.rule.type === "non_inferiority") return spec.rule.margin;
  const value = minimumDetectableEffect(spec, primary, variant);
  return value === undefined ? undefined : { kind: "absolute", value };
}

/**
 * A treatment's loss on the primary metric beyond what is tolerated, with bounds that see it early.
 * @returns undefined while it cannot be computed
 */
export function earlyLoss(
  { spec }: DecisionInput,
  primary: MetricAnalysis,
  variant: string,
): ExcessHarm | undefined {
  const margin = toleratedLoss(spec, primary, variant);
  if (!margin) return undefined;
  const settings = {
    alpha: spec.alpha,
    plan: harmPlanOfPair(spec, variant),
    spending: "early",
  } as const;
  const result = excessHarm(primary, spec.control, variant, margin, settings);
  return isUnavailable(result) ? undefined : result;
}
