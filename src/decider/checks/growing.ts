import type { CheckOutcome, DecisionInput } from "./check.ts";
import { promotionCheck } from "./promotion.ts";
import { stagePassed } from "./stage-passed.ts";

/** What would get more units if nothing stood in the way: the winner, or the treatment of a stage that has lasted long enough. */
export function growingVariantOf(input: DecisionInput): string | undefined {
  const grows = (outcome: CheckOutcome) =>
    outcome.applies && (outcome.action === "promote" || outcome.action === "advance");
  const outcome = [promotionCheck, stagePassed].map((check) => check.evaluate(input)).find(grows);
  return outcome?.applies ? (outcome.variant ?? undefined) : undefined;
}
