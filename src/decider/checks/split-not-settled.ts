import { UNSETTLED_SPLIT } from "#analyzer/experiment/data-doubts.ts";
import type { Check } from "./check.ts";
import { findLoss } from "./lost-units.ts";
import { promotionCheck } from "./promotion.ts";

/**
 * A split that is off by less than what puts all data in doubt may still be what a small lift is made of. So a promotion
 * waits while the running p-value of the split is low, and, where units are known by their outcomes only, as long as a
 * loss that the split does not show could explain the lift. A person can accept the data.
 */
export const splitNotSettled: Check = {
  name: "split_not_settled",
  evaluate(input) {
    const { runningPValue } = input.analysis.sampleRatio;
    const split = { runningPValue, threshold: UNSETTLED_SPLIT };
    const outcome = promotionCheck.evaluate(input);
    if (!outcome.applies || outcome.variant === null) return { applies: false, facts: split };
    const loss = findLoss(input, outcome.variant);
    const facts = {
      ...split,
      winner: outcome.variant,
      unannouncedShare: loss.unannouncedShare,
      lossPValue: loss.pValue,
      lossThreshold: loss.threshold,
    };
    const wait = { applies: true, facts, action: "continue", variant: null } as const;
    if (runningPValue !== null && runningPValue < UNSETTLED_SPLIT)
      return { ...wait, code: "split_not_settled" };
    if (loss.explains) return { ...wait, code: "lost_units_could_explain" };
    return { applies: false, facts };
  },
};
