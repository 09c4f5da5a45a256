import { excessHarm } from "#analyzer/tests/non-inferiority.ts";
import type { Comparison, MetricAnalysis } from "#model/analysis/analysis.ts";
import { isProvenWorse } from "#model/analysis/is-proven-worse.ts";
import { lookPlanOfPair } from "#model/experiment/look-plan.ts";
import { activeTreatmentsOf, type Check, type DecisionInput, primaryOf } from "./check.ts";
import { MINIMUM_UNITS_PER_ARM, smallestArmOf } from "./limits.ts";

/** Worse than control at every look; under a non-inferiority rule, worse by more than its margin. */
function isWorse(input: DecisionInput, primary: MetricAnalysis, comparison: Comparison): boolean {
  const { spec } = input;
  const { variant, difference } = comparison;
  if (difference.status !== "ok") return false;
  if (spec.rule.type !== "non_inferiority") return isProvenWorse(primary, comparison, spec.alpha);
  const result = excessHarm(primary, spec.control, variant, spec.rule.margin, {
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
