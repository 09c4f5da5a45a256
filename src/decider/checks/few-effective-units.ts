import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import { decidingMetricOf } from "../candidates/promotion-candidates.ts";
import { allTreatmentsWorse } from "./all-treatments-worse.ts";
import { activeTreatmentsOf, type Check, type DecisionInput, primaryOf } from "./check.ts";
import { MINIMUM_UNITS_PER_ARM } from "./limits.ts";
import { promotionCheck } from "./promotion.ts";

interface ArmUnits {
  metric: string;
  variant: string;
  effectiveUnits: number;
}

function armsOf({ metric, variants }: MetricAnalysis): ArmUnits[] {
  return variants.map(({ variant, units, effectiveUnits = units }) => ({ metric, variant, effectiveUnits }));
}

/** The metrics whose difference decides: the primary one, and a non-inferiority rule's objective. */
function decidingMetrics(input: DecisionInput): MetricAnalysis[] {
  const metrics = [primaryOf(input), decidingMetricOf(input)];
  return [...new Set(metrics.flatMap((metric) => metric ?? []))];
}

/**
 * Where a few units have most of an arm's events, its average is theirs, however many others there are. An arm decides
 * nothing before it is worth as many equal units as any arm has to have.
 */
export const fewEffectiveUnits: Check = {
  name: "few_effective_units",
  evaluate(input) {
    const outcome = [promotionCheck, allTreatmentsWorse]
      .map((rule) => rule.evaluate(input))
      .find(({ applies }) => applies);
    // An arm that left gets no more units: it must not keep the others waiting.
    const active = [input.spec.control, ...activeTreatmentsOf(input)];
    const arms = decidingMetrics(input)
      .flatMap(armsOf)
      .filter(({ variant }) => active.includes(variant))
      .toSorted((a, b) => a.effectiveUnits - b.effectiveUnits);
    const [smallest] = arms;
    const facts = {
      metric: smallest?.metric ?? null,
      variant: smallest?.variant ?? null,
      effectiveUnits: smallest?.effectiveUnits ?? null,
      minimumEffectiveUnits: MINIMUM_UNITS_PER_ARM,
      // Σd² ≤ (largest d) · Σd, so the largest share is at least Σd² / (Σd)².
      largestShareAtLeast: smallest && smallest.effectiveUnits > 0 ? 1 / smallest.effectiveUnits : null,
    };
    if (!outcome || !smallest || smallest.effectiveUnits >= MINIMUM_UNITS_PER_ARM) {
      return { applies: false, facts };
    }
    return { applies: true, facts, action: "continue", code: "too_few_effective_units", variant: null };
  },
};
