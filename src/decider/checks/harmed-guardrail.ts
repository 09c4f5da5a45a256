import { activeTreatmentsOf, type Check, type DecisionInput, removalOf } from "./check.ts";

/** A treatment that harms a guardrail leaves, whatever the primary metric says and however doubtful the data are. */
export const harmedGuardrail: Check = {
  name: "guardrail_harmed",
  evaluate(input: DecisionInput) {
    const active = activeTreatmentsOf(input);
    const guardrails = input.guardrails.filter(({ variant }) => active.includes(variant));
    const harmed = guardrails.filter(({ verdict }) => verdict === "harmed");
    const [first] = harmed;
    const counts = {
      guardrails: guardrails.length,
      safe: guardrails.filter(({ verdict }) => verdict === "safe").length,
      unclear: guardrails.filter(({ verdict }) => verdict === "unclear").length,
    };
    if (!first) return { applies: false, facts: counts };
    const facts = {
      ...counts,
      metric: first.metric,
      harm: first.harm,
      tolerated: first.tolerated,
      excessLowerBound: first.excess.lower,
    };
    const action = removalOf(
      input,
      harmed.map(({ variant }) => variant),
    );
    return { applies: true, facts, action, code: "guardrail_harmed", variant: first.variant };
  },
};
