import { UNSETTLED_SPLIT } from "#analyzer/experiment/data-doubts.ts";
import type { Check } from "./check.ts";
import { growingVariantOf } from "./growing.ts";
import { findLoss } from "./lost-units.ts";

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
    const winner = growingVariantOf(input);
    if (winner === undefined) return { applies: false, facts: split };
    const facts = { ...split, winner };
    const wait = { applies: true, facts, action: "continue", variant: null } as const;
    if (runningPValue !== null && runningPValue < UNSETTLED_SPLIT)
      return { ...wait, code: "split_not_settled" };
    // A stage of a release claims no lift that a loss could explain.
    if (input.spec.release) return { applies: false, facts };
    const loss = findLoss(input, winner);
    const factsOfLoss = {
      ...facts,
      unannouncedShare: loss.unannouncedShare,
      lossPValue: loss.pValue,
      lossThreshold: loss.threshold,
    };
    if (loss.explains) return { ...wait, facts: factsOfLoss, code: "lost_units_could_explain" };
    return { applies: false, facts: factsOfLoss };
  },
};
