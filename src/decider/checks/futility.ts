import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import type { Facts } from "#model/analysis/decision.ts";
import { findBetter } from "../candidates/promotion-candidates.ts";
import { whatMayBeGivenUp } from "../giving-up.ts";
import { type Prospect, prospectOf } from "../prospects.ts";
import { activeTreatmentsOf, type Check, type DecisionInput } from "./check.ts";

/** A treatment with a smaller chance than this to be proven better by the maximum is given up. */
export const SMALLEST_CHANCE = 0.1;

/** Before this share of the way to the maximum a chance says little. */
export const SMALLEST_PROGRESS = 0.2;

function prospectsOf(
  input: DecisionInput,
  primary: MetricAnalysis,
  treatments: readonly string[],
): Prospect[] {
  const better = findBetter(input, primary);
  return treatments.flatMap((variant) => {
    const isProven = better.some((candidate) => candidate.variant === variant);
    const prospect = isProven ? undefined : prospectOf(input, primary, variant);
    return prospect && prospect.progress >= SMALLEST_PROGRESS ? [prospect] : [];
  });
}

function factsOf(input: DecisionInput, primary: MetricAnalysis, told: Prospect | undefined): Facts {
  return {
    metric: primary.metric,
    variant: told?.variant ?? null,
    chance: told?.chance ?? null,
    smallestChance: SMALLEST_CHANCE,
    effect: told?.effect ?? null,
    maximumUnits: input.spec.maximumUnits ?? null,
  };
}

/**
 * A treatment that can hardly be proven better any more leaves, and with the last one the experiment ends: control stays, as
 * it would at the maximum. It proves nothing, and no error rate depends on it; what it costs is a little power.
 */
export const futility: Check = {
  name: "futility",
  evaluate(input) {
    const candidates = whatMayBeGivenUp(input);
    if (!candidates) return { applies: false, facts: {} };
    const { primary } = candidates;
    const active = activeTreatmentsOf(input);
    // One whose data are in doubt has no known prospect: the experiment goes on for it.
    const prospects = prospectsOf(input, primary, candidates.treatments).toSorted(
      (a, b) => b.chance - a.chance,
    );
    const hopeless = prospects.filter(({ chance }) => chance < SMALLEST_CHANCE);
    const counts = { treatments: active.length, hopeless: hopeless.length };
    const last = hopeless.at(-1);
    // An experiment ends for the one that had most to hope for; otherwise the one with least leaves first.
    const best = { ...counts, ...factsOf(input, primary, prospects[0]) };
    if (!last) return { applies: false, facts: best };
    if (hopeless.length === active.length)
      return { applies: true, facts: best, action: "stop", code: "futile", variant: null };
    const facts = { ...counts, ...factsOf(input, primary, last) };
    return { applies: true, facts, action: "switch_off", code: "futile", variant: last.variant };
  },
};
