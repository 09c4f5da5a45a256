import { UNSETTLED_SPLIT } from "../analyzer/data-doubts.ts";
import type { Rule } from "./rule.ts";
import { winner } from "./winner.ts";

/**
 * A split that is off by less than what puts all data in doubt may still be what a small lift is made of. So a promotion
 * waits while the running p-value of the split is low; a person can accept the data.
 */
export const splitNotSettled: Rule = {
  name: "split_not_settled",
  ask(input) {
    const { runningPValue } = input.analysis.sampleRatio;
    const facts = { runningPValue, threshold: UNSETTLED_SPLIT };
    if (runningPValue === null || runningPValue >= UNSETTLED_SPLIT) return { applies: false, facts };
    const outcome = winner.ask(input);
    if (!outcome.applies) return { applies: false, facts };
    const { variant } = outcome;
    return {
      applies: true,
      facts: { ...facts, winner: variant },
      action: "continue",
      code: "split_not_settled",
      variant: null,
    };
  },
};
