import { UNSETTLED_SPLIT } from "#analyzer/experiment/data-doubts.ts";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import type { Facts } from "#model/analysis/decision.ts";
import { findBetter } from "../candidates/promotion-candidates.ts";
import { type Prospect, prospectOf } from "../prospects.ts";
import { activeTreatmentsOf, type Check, type DecisionInput, primaryOf } from "./check.ts";
import { MINIMUM_UNITS_PER_ARM, minimumNotReached } from "./limits.ts";
import { isMostlyAnnounced } from "./lost-units.ts";
import { reportsLikeControl } from "./reporting-differs.ts";

/** A treatment with a smaller chance than this to be proven better by the maximum is given up. */
const SMALLEST_CHANCE = 0.1;

/** Before this share of the way to the maximum a chance says little. */
const SMALLEST_PROGRESS = 0.2;

/** The chance is that of a gain on the primary metric under the bound up to the maximum; for all else it is not derived. */
function isDerived({ spec }: DecisionInput, primary: MetricAnalysis): boolean {
  return (
    spec.futility === "stop" &&
    spec.rule.type === "superiority" &&
    spec.horizon === "maximum" &&
    primary.definition.type !== "quantile"
  );
}

/** Data in doubt, or too few of them, end nothing. */
function isDoubtful(input: DecisionInput): boolean {
  const { analysis, isRebuildPending = false } = input;
  const { runningPValue } = analysis.sampleRatio;
  return (
    isRebuildPending ||
    analysis.dataDoubts.length > 0 ||
    (runningPValue !== null && runningPValue < UNSETTLED_SPLIT) ||
    minimumNotReached.evaluate(input).applies
  );
}

function hasEnoughUnits(primary: MetricAnalysis, variants: readonly string[]): boolean {
  return primary.variants
    .filter(({ variant }) => variants.includes(variant))
    .every(({ units, effectiveUnits = units }) => effectiveUnits >= MINIMUM_UNITS_PER_ARM);
}

/** What is known of the chances of the treatments that are left; nothing of one whose data are in doubt. */
function prospectsOf(
  input: DecisionInput,
  primary: MetricAnalysis,
  treatments: readonly string[],
): Prospect[] {
  const better = findBetter(input, primary);
  return treatments.flatMap((variant) => {
    const isProven = better.some((candidate) => candidate.variant === variant);
    const isTrusted =
      hasEnoughUnits(primary, [input.spec.control, variant]) &&
      isMostlyAnnounced(input, variant) &&
      reportsLikeControl(input, variant);
    const prospect = isProven || !isTrusted ? undefined : prospectOf(input, primary, variant);
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
    const primary = primaryOf(input);
    const treatments = activeTreatmentsOf(input);
    if (!primary || !isDerived(input, primary) || isDoubtful(input)) return { applies: false, facts: {} };
    const prospects = prospectsOf(input, primary, treatments).toSorted((a, b) => b.chance - a.chance);
    const hopeless = prospects.filter(({ chance }) => chance < SMALLEST_CHANCE);
    const counts = { treatments: treatments.length, hopeless: hopeless.length };
    const isOver = hopeless.length > 0 && hopeless.length === treatments.length;
    const last = hopeless.at(-1);
    // An experiment ends for the one that had most to hope for; otherwise the one with least leaves first.
    if (!last || isOver || input.protectsOnly) {
      const facts = { ...counts, ...factsOf(input, primary, prospects[0]) };
      return isOver && !input.protectsOnly
        ? { applies: true, facts, action: "stop", code: "futile", variant: null }
        : { applies: false, facts };
    }
    const facts = { ...counts, ...factsOf(input, primary, last) };
    return { applies: true, facts, action: "switch_off", code: "futile", variant: last.variant };
  },
};
