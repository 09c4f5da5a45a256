import type { Decision } from "../model/decision.ts";
import { allTreatmentsWorse } from "./all-treatments-worse.ts";
import { dataTrouble } from "./data-trouble.ts";
import { fewEffectiveUnits } from "./few-effective-units.ts";
import { harmedGuardrail } from "./harmed-guardrail.ts";
import { maximumReached, minimumNotReached } from "./limits.ts";
import { reportingDiffers } from "./reporting-differs.ts";
import type { DecisionInput, Rule } from "./rule.ts";
import { winner } from "./winner.ts";

const RULES: readonly Rule[] = [
  dataTrouble,
  harmedGuardrail,
  minimumNotReached,
  fewEffectiveUnits,
  reportingDiffers,
  winner,
  allTreatmentsWorse,
  maximumReached,
];

/**
 * Turns one analysis into one decision. Pure: no I/O, no clock; the same input always gives the same decision. The first
 * rule that applies decides, and what every rule saw is kept as evidence. Because it reads always-valid numbers only,
 * asking it every minute does not inflate the error rate.
 */
export function decide(input: DecisionInput): Decision {
  const outcomes = RULES.map((rule) => ({ rule: rule.name, outcome: rule.ask(input) }));
  const evidence = outcomes.map(({ rule, outcome }) => ({
    rule,
    applies: outcome.applies,
    facts: outcome.facts,
  }));
  for (const { outcome } of outcomes) {
    if (outcome.applies) {
      const { action, variant, code, facts } = outcome;
      return { action, variant, reason: { code, facts }, evidence };
    }
  }
  return {
    action: "continue",
    variant: null,
    reason: { code: "undecided", facts: { units: input.analysis.units } },
    evidence,
  };
}
