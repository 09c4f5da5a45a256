import type { Check } from "./check.ts";
import { growingVariantOf } from "./growing.ts";

/**
 * A winner was compared with what was live at the start. Where something else is live by now, nobody has compared the two,
 * and a person decides.
 */
export const liveVersionChanged: Check = {
  name: "live_version_changed",
  evaluate(input) {
    const { liveVersion } = input;
    const facts = { atStart: liveVersion?.atStart ?? null, now: liveVersion?.now ?? null };
    if (!liveVersion || liveVersion.atStart === liveVersion.now) return { applies: false, facts };
    const variant = growingVariantOf(input);
    if (variant === undefined) return { applies: false, facts };
    return {
      applies: true,
      facts: { ...facts, winner: variant },
      action: "hold",
      code: "live_version_changed",
      variant: null,
    };
  },
};
