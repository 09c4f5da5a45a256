import type { DecisionInput, RuleOutcome } from "./rule.ts";

/**
 * Promotes the arm that is evidently ahead of all others; when that is control, the experiment ends and control stays.
 */
export function bestArm(
  { spec, analysis }: DecisionInput,
  passesGuardrails: (variant: string) => boolean,
): RuleOutcome {
  const leader = analysis.bestArm;
  if (!leader) return { applies: false, facts: {} };
  const facts = {
    leader: leader.variant,
    evidence: leader.evidence,
    threshold: leader.threshold,
    isNamed: leader.isNamed,
  };
  const isControl = leader.variant === spec.control;
  if (!leader.isNamed || (!isControl && !passesGuardrails(leader.variant))) return { applies: false, facts };
  return { applies: true, facts, action: "promote", code: "best_arm_named", variant: leader.variant };
}
