import { holmOfFamily } from "#analyzer/tests/holm.ts";
import { excessHarm } from "#analyzer/tests/non-inferiority.ts";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import { lookPlanOfPair } from "#model/experiment/look-plan.ts";
import { improvementSign } from "#model/metric/direction.ts";
import {
  activeTreatmentsOf,
  type Candidate,
  type DecisionInput,
  primaryOf,
  treatmentsOf,
} from "../checks/check.ts";
import { bestArmCandidate } from "./best-arm.ts";
import { bestLevelsCandidate } from "./best-levels.ts";

/** The metric whose gain decides: the primary one, or a non-inferiority rule's objective. */
export function decidingMetricOf(input: DecisionInput): MetricAnalysis | undefined {
  const { rule } = input.spec;
  if (rule.type !== "non_inferiority") return primaryOf(input);
  return input.analysis.metrics.find(({ metric }) => metric === rule.objective);
}

export function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.toSorted((a, b) => b.gain - a.gain)[0];
}

/** Holm's always-valid p-values of all treatments on a metric, in the order of the comparisons. */
export function adjustedPValues(
  { switchedOff = [] }: DecisionInput,
  { comparisons }: MetricAnalysis,
): number[] {
  return holmOfFamily(
    comparisons.map(({ variant, difference }) => ({
      pValue: difference.status === "ok" ? difference.alwaysValid.pValue : 1,
      hasLeft: switchedOff.includes(variant),
    })),
  );
}

/**
 * The treatments that are better than control on a metric, significantly at every look; also those that left. Where this look
 * alone does not prove it, an earlier one may have.
 */
export function findProvenBetter(input: DecisionInput, metric: MetricAnalysis): Candidate[] {
  const { spec, proofs = [] } = input;
  const adjusted = adjustedPValues(input, metric);
  return metric.comparisons.flatMap(({ variant, difference }, index): Candidate[] => {
    if (difference.status !== "ok") return [];
    const gain = improvementSign(metric.definition) * difference.estimate;
    const pValue = adjusted[index] ?? 1;
    if (!(gain > 0)) return [];
    if (pValue < spec.alpha) return [{ variant, gain, pValue }];
    const provenBefore = proofs.find((one) => one.variant === variant && one.basis.metric === metric.metric);
    return provenBefore ? [{ variant, gain, pValue: provenBefore.pValue, provenBefore }] : [];
  });
}

/** The same of the treatments that still get traffic. */
export function findBetter(input: DecisionInput, metric: MetricAnalysis): Candidate[] {
  const active = activeTreatmentsOf(input);
  return findProvenBetter(input, metric).filter(({ variant }) => active.includes(variant));
}

function isNonInferior(input: DecisionInput, metric: MetricAnalysis, variant: string): boolean {
  const { spec } = input;
  if (spec.rule.type !== "non_inferiority") return true;
  const result = excessHarm(metric, spec.control, variant, spec.rule.margin, {
    alpha: spec.alpha / treatmentsOf(spec).length,
    plan: lookPlanOfPair(spec, variant),
    spending: "late",
  });
  return "excess" in result && result.excess.upper !== null && result.excess.upper < 0;
}

/** The treatments that are better on the deciding metric and no worse on the primary one. */
function findEligible(input: DecisionInput): Candidate[] {
  const primary = primaryOf(input);
  const deciding = decidingMetricOf(input);
  if (!primary || !deciding) return [];
  return findBetter(input, deciding).filter(({ variant }) => isNonInferior(input, primary, variant));
}

/**
 * Everything that the experiment's rule would promote, guardrails apart. Control may be among it under `best_arm`. None in the
 * stages of a release, which go by time.
 */
export function promotionCandidates(input: DecisionInput): Candidate[] {
  if (input.spec.release) return [];
  switch (input.spec.rule.type) {
    case "best_arm":
      return bestArmCandidate(input);
    case "best_levels":
      return bestLevelsCandidate(input);
    case "superiority":
    case "non_inferiority":
      return findEligible(input);
  }
}
