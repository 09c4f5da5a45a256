import { twoSidedReach } from "#analyzer/sequential/look-plan.ts";
import { excessHarm } from "#analyzer/tests/non-inferiority.ts";
import type { Comparison, MetricAnalysis } from "#model/analysis/analysis.ts";
import { isProvenWorse } from "#model/analysis/is-proven-worse.ts";
import { lookUnitsOf } from "#model/analysis/phase-clock.ts";
import type { Margin } from "#model/experiment/experiment.ts";
import { lookPlanOfPair } from "#model/experiment/look-plan.ts";
import { activeTreatmentsOf, type Check, type DecisionInput, primaryOf } from "./check.ts";
import { MINIMUM_UNITS_PER_ARM, smallestArmOf } from "./limits.ts";

/**
 * Whether a difference is beyond the bound even if both arms vary as much as the one that varies more. A small control that has
 * not met a rare failure or a long tail yet makes an equal version look worse: with 2 % failures and a holdback of 5 %, in 7 %
 * of releases.
 */
function outlastsSmallArm({ spec }: DecisionInput, primary: MetricAnalysis, variant: string): boolean {
  const arms = primary.variants.filter((arm) => arm.variant === variant || arm.variant === spec.control);
  const measured = arms.map(({ units, effectiveUnits = units, sequentialStandardError, ...arm }) => ({
    weight: effectiveUnits,
    variance: (sequentialStandardError ?? Number.NaN) ** 2 * effectiveUnits,
    estimate: arm.adjustedEstimate ?? arm.estimate ?? Number.NaN,
  }));
  const [one, other] = measured;
  const [first, second] = arms;
  if (!one || !other || !first || !second) return false;
  const variance = Math.max(one.variance, other.variance);
  const error = Math.sqrt(variance / one.weight + variance / other.weight);
  return (
    Math.abs(one.estimate - other.estimate) >
    twoSidedReach(lookPlanOfPair(spec, variant), lookUnitsOf(first, second), spec.alpha) * error
  );
}

/** The loss on the primary metric that is no reason to end: what the rule accepts, and in a release what is no harm. */
function acceptedLoss({ spec }: DecisionInput): Margin | undefined {
  if (spec.rule.type === "non_inferiority") return spec.rule.margin;
  return spec.release && spec.metrics.find(({ role }) => role === "primary")?.margin;
}

/** Worse than control at every look, by more than what is accepted. */
function isWorse(input: DecisionInput, primary: MetricAnalysis, comparison: Comparison): boolean {
  const { spec } = input;
  const { variant, difference } = comparison;
  if (difference.status !== "ok") return false;
  const margin = acceptedLoss(input);
  if (!margin)
    return (
      isProvenWorse(primary, comparison, spec.alpha) &&
      (!spec.release || outlastsSmallArm(input, primary, variant))
    );
  const result = excessHarm(primary, spec.control, variant, margin, {
    alpha: spec.alpha,
    plan: lookPlanOfPair(spec, variant),
    spending: "late",
  });
  return "excess" in result && result.excess.lower !== null && result.excess.lower > 0;
}

/**
 * When every treatment is proven worse there is nothing left to learn, whatever minima are set for promotions. Each is tested at the full level: all must be
 * worse at once, so no correction is due (an intersection-union test).
 */
export const allTreatmentsWorse: Check = {
  name: "all_treatments_worse",
  evaluate(input) {
    const primary = primaryOf(input);
    const treatments = activeTreatmentsOf(input);
    const compared = primary?.comparisons.filter(({ variant }) => treatments.includes(variant)) ?? [];
    const worse = compared.filter((comparison) => primary && isWorse(input, primary, comparison));
    const first = worse[0];
    const facts = {
      metric: primary?.metric ?? null,
      treatments: treatments.length,
      worseTreatments: worse.length,
      estimate: first?.difference.status === "ok" ? first.difference.estimate : null,
      pValue: first?.difference.status === "ok" ? first.difference.alwaysValid.pValue : null,
    };
    const isTooEarly = smallestArmOf(input) < MINIMUM_UNITS_PER_ARM;
    if (!first || isTooEarly || worse.length < treatments.length) return { applies: false, facts };
    const variant = treatments.length === 1 ? first.variant : null;
    return { applies: true, facts, action: "rollback", code: "primary_worse_in_every_treatment", variant };
  },
};
