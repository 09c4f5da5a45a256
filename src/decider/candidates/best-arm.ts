import type { Facts } from "#model/analysis/decision.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { type Candidate, type DecisionInput, primaryOf } from "../checks/check.ts";

/**
 * The arm that is proven ahead of all others; when that is control, the experiment ends and control stays.
 */
export function bestArmCandidate(input: DecisionInput): Candidate[] {
  const { bestArm } = input.analysis;
  const primary = primaryOf(input);
  if (!bestArm?.isNamed || !primary) return [];
  const comparison = primary.comparisons.find(({ variant }) => variant === bestArm.variant);
  const estimate = comparison?.difference.status === "ok" ? comparison.difference.estimate : 0;
  return [{ variant: bestArm.variant, gain: improvementSign(primary.definition) * estimate, pValue: null }];
}

/** The leader and how evident its lead is. */
export function describeLeader({ analysis: { bestArm } }: DecisionInput): Facts {
  if (!bestArm) return {};
  const { variant: leader, evidence, threshold, isNamed } = bestArm;
  return { leader, evidence, threshold, isNamed };
}
