import type { Decision, DecisionReasonCode } from "#model/analysis/decision.ts";
import { allTreatmentsWorse } from "./checks/all-treatments-worse.ts";
import { behindLeader } from "./checks/behind-leader.ts";
import type { Check, CheckOutcome, DecisionInput } from "./checks/check.ts";
import { dataQuality } from "./checks/data-quality.ts";
import { fewEffectiveUnits } from "./checks/few-effective-units.ts";
import { futility } from "./checks/futility.ts";
import { guardrailUnclear } from "./checks/guardrail-unclear.ts";
import { harmedGuardrail } from "./checks/harmed-guardrail.ts";
import { maximumReached, minimumNotReached } from "./checks/limits.ts";
import { liveVersionChanged } from "./checks/live-version-changed.ts";
import { primaryHarmed } from "./checks/primary-harmed.ts";
import { promotionCheck } from "./checks/promotion.ts";
import { reportingDiffers } from "./checks/reporting-differs.ts";
import { splitNotSettled } from "./checks/split-not-settled.ts";
import { stagePassed } from "./checks/stage-passed.ts";
import { windowStandingOf } from "./conversion-window.ts";

/** What protects users comes first: no doubt about the data and no minimum stands before it. */
const RULES: readonly Check[] = [
  harmedGuardrail,
  primaryHarmed,
  dataQuality,
  fewEffectiveUnits,
  allTreatmentsWorse,
  minimumNotReached,
  liveVersionChanged,
  splitNotSettled,
  reportingDiffers,
  promotionCheck,
  stagePassed,
  maximumReached,
  futility,
  behindLeader,
  guardrailUnclear,
];

type Applying = Extract<CheckOutcome, { applies: true }>;

/** What keeps a winner waiting does not keep an experiment going beyond its budget. */
const WITHHOLDING: ReadonlySet<DecisionReasonCode> = new Set([
  "too_few_units_in_an_arm",
  "split_not_settled",
  "lost_units_could_explain",
  "too_few_effective_units",
  "response_rates_differ",
  "events_per_unit_differ",
]);

const ENDING: ReadonlySet<DecisionReasonCode> = new Set([
  "maximum_units_reached",
  "maximum_duration_reached",
]);

/** The first that applies; but a promotion ends the experiment, so no arm has to be switched off before it. */
function choose(outcomes: readonly CheckOutcome[], protectsOnly: boolean): Applying | undefined {
  const applying = outcomes.filter((outcome): outcome is Applying => outcome.applies);
  const [first] = applying;
  const isOver = applying.find(({ code }) => ENDING.has(code));
  if (isOver && first && WITHHOLDING.has(first.code)) return isOver;
  if (first?.action !== "switch_off" || protectsOnly) return first;
  const next = applying.find(({ action }) => action !== "switch_off");
  return next?.action === "promote" ? next : first;
}

/**
 * Turns one analysis into one decision. Pure: no I/O, no clock; the same input always gives the same decision. The first
 * rule that applies decides, and what every rule saw is kept as evidence. Because it reads always-valid numbers only,
 * asking it every minute does not inflate the error rate.
 */
export function decide(input: DecisionInput): Decision {
  const outcomes = RULES.map((rule) => ({ rule: rule.name, outcome: rule.evaluate(input) }));
  const evidence = outcomes.map(({ rule, outcome }) => ({
    rule,
    applies: outcome.applies,
    facts: outcome.facts,
  }));
  // A holdout tells what all that was shipped has changed together. There is nothing to promote in it, and nothing to revert.
  const chosen = input.spec.holdout
    ? undefined
    : choose(
        outcomes.map(({ outcome }) => outcome),
        input.protectsOnly ?? false,
      );
  if (chosen) {
    const { action, variant, code, facts } = chosen;
    return { action, variant, reason: { code, facts }, evidence };
  }
  return {
    action: "continue",
    variant: null,
    reason: { code: "undecided", facts: { units: windowStandingOf(input).units } },
    evidence,
  };
}
