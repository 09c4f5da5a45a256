import type { Rule } from "./rule.ts";

/** A harmed guardrail ends the experiment, whatever the primary metric says. */
export const harmedGuardrail: Rule = {
  name: "guardrail_harmed",
  ask({ guardrails }) {
    const harmed = guardrails.find(({ verdict }) => verdict === "harmed");
    const counts = {
      guardrails: guardrails.length,
      safe: guardrails.filter(({ verdict }) => verdict === "safe").length,
      unclear: guardrails.filter(({ verdict }) => verdict === "unclear").length,
    };
    if (!harmed) return { applies: false, facts: counts };
    const facts = {
      ...counts,
      metric: harmed.metric,
      harm: harmed.harm,
      tolerated: harmed.tolerated,
      excessLowerBound: harmed.excess.lower,
    };
    return { applies: true, facts, action: "rollback", code: "guardrail_harmed", variant: harmed.variant };
  },
};
