import { activeTreatmentsOf, type Check, primaryOf, removalOf } from "./check.ts";
import { earlyLoss } from "./tolerated-loss.ts";

/**
 * A treatment that loses more on the primary metric than is tolerated leaves as soon as that is proven, like one that
 * harms a guardrail: the experiment's minima are for promotions.
 */
export const primaryHarmed: Check = {
  name: "primary_harmed",
  evaluate(input) {
    const primary = primaryOf(input);
    if (!primary) return { applies: false, facts: {} };
    const losses = activeTreatmentsOf(input).flatMap((variant) => {
      const loss = earlyLoss(input, primary, variant);
      return loss ? [{ variant, ...loss }] : [];
    });
    const harmful = losses.filter(({ excess }) => excess.lower !== null && excess.lower > 0);
    const [worst] = (harmful.length > 0 ? harmful : losses).toSorted((a, b) => b.harm - a.harm);
    const facts = {
      metric: primary.metric,
      treatments: losses.length,
      harmed: harmful.length,
      harm: worst?.harm ?? null,
      tolerated: worst?.tolerated ?? null,
      excessLowerBound: worst?.excess.lower ?? null,
    };
    if (!worst || harmful.length === 0) return { applies: false, facts };
    const action = removalOf(
      input,
      harmful.map(({ variant }) => variant),
    );
    return { applies: true, facts, action, code: "primary_harmed", variant: worst.variant };
  },
};
