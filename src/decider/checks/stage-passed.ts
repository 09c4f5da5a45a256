import { isLastStage } from "#model/release/release.ts";
import { activeTreatmentsOf, type Check } from "./check.ts";

/**
 * A stage of a release passes once it has lasted as long as it was to, and each arm has enough units to have shown harm: these
 * are the minima, which are asked before. Whether the treatment is better is not asked: that was settled before, or is not
 * claimed.
 */
export const stagePassed: Check = {
  name: "stage_passed",
  evaluate(input) {
    const { release } = input.spec;
    const [variant] = activeTreatmentsOf(input);
    if (!release || variant === undefined) return { applies: false, facts: {} };
    const { stage, stages } = release;
    const facts = {
      stage: stage + 1,
      stages: stages.length,
      share: stages[stage]?.share ?? null,
      seconds: stages[stage]?.seconds ?? null,
      nextShare: stages[stage + 1]?.share ?? null,
      nextSeconds: stages[stage + 1]?.seconds ?? null,
    };
    return isLastStage(release)
      ? { applies: true, facts, action: "promote", code: "release_completed", variant }
      : { applies: true, facts, action: "advance", code: "stage_passed", variant };
  },
};
