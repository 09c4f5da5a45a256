import type { DataDoubt } from "#model/analysis/data-quality.ts";
import type { Decision } from "#model/analysis/decision.ts";
import { improvementSign } from "#model/metric/direction.ts";
import type { Truth } from "./observe-look.ts";
import type { RunRecord } from "./record.ts";
import { decidingDefinition, effectShareOf, type Mode, type Scenario, treatmentOf } from "./scenario.ts";

/** A decision that changed something, with the doubts there were. */
export interface Act {
  decision: Decision;
  dataDoubts: readonly DataDoubt[];
  /** Counted until then. */
  units: number;
}

/** Who gives up or is at the end says nothing of the difference. */
function saysSomething({ decision: { action, reason } }: Act): boolean {
  return action !== "stop" && reason.code !== "futile";
}

/** Guardrails have truths of their own. */
function isOnPrimary(act: Act): boolean {
  return saysSomething(act) && act.decision.reason.code !== "guardrail_harmed";
}

/** Would somebody who knows the truth have done it? */
function isRight({ decision: { action, variant } }: Act, scenario: Scenario, { difference }: Truth): boolean {
  const gain = improvementSign(decidingDefinition(scenario)) * difference;
  const share = variant === null ? 0 : effectShareOf(scenario, variant);
  if (action === "promote") return gain * share > 0;
  if (action === "switch_off") return gain * share < 0;
  return gain <= 0;
}

/** How often, and by how much, the effect of a promotion is told larger than it is. */
function observeToldEffect(
  record: RunRecord,
  scenario: Scenario,
  { difference }: Truth,
  { decision }: Act,
): void {
  const { observedGain, conservativeGain } = decision.reason.facts;
  if (typeof observedGain !== "number" || typeof conservativeGain !== "number") return;
  const gain = improvementSign(decidingDefinition(scenario)) * difference;
  // A promotion of an arm that is not better is a wrong decision, and counted as that.
  if (gain <= 0 || decision.variant !== treatmentOf(scenario)) return;
  record.once("told_above_truth", conservativeGain > gain);
  record.once("observed_above_truth", observedGain > gain);
  record.measure("told_ratio", conservativeGain / gain);
  record.measure("observed_ratio", observedGain / gain);
}

/** Notes what was done to the experiment on its primary metric, and whether it was right. */
export function observeActs(record: RunRecord, scenario: Scenario, truth: Truth, acts: readonly Act[]): void {
  const promotion = acts.find(({ decision }) => decision.action === "promote");
  if (!truth.soundSplit) record.once("promoted_in_doubt", (promotion?.dataDoubts.length ?? 0) > 0);
  if (scenario.splitIsRepaired && !truth.soundSplit) {
    record.once("promoted_after_repair", promotion !== undefined);
    return;
  }
  const onPrimary = acts.filter(isOnPrimary);
  if (truth.difference === 0) {
    record.once("decision_any_time", onPrimary.length > 0);
    return;
  }
  const right = onPrimary.find((act) => isRight(act, scenario, truth));
  const isWrong = onPrimary.some((act) => !isRight(act, scenario, truth));
  record.once("wrong_any_time", isWrong);
  if (scenario.isHiddenFromRule) return;
  const power = scenario.powerIsShown ? "decision_power_shown" : "decision_power";
  if (!scenario.repeatedValues) record.once(power, right !== undefined);
  if (onPrimary.length > 0) record.once("decision_wrong", isWrong);
  if (promotion) observeToldEffect(record, scenario, truth, promotion);
}

/** Notes how many units it took, what was promoted, and whether the experiment was given up. */
export function observeUnits(
  record: RunRecord,
  scenario: Scenario,
  truth: Truth,
  acts: readonly Act[],
  units: number,
): void {
  const end = acts.find(({ decision }) => decision.action !== "switch_off");
  record.measure("units_to_end", (end?.units ?? units) / scenario.units);
  record.once("given_up", end?.decision.reason.code === "futile");
  if (truth.difference === 0) return;
  const isPromoted = end?.decision.action === "promote";
  record.once("right_promotion", isPromoted && isRight(end, scenario, truth));
}

/**
 * Notes whether misleading data led to a decision. Whoever is worse off by the treatment may well be rid of it, and to give up
 * where there is no difference claims nothing.
 */
export function observeMisledActs(record: RunRecord, mode: Mode, acts: readonly Act[]): void {
  const isPromoted = acts.some(({ decision }) => decision.action === "promote");
  const hasClaimed = acts.some(saysSomething);
  record.once("misled_decision", isPromoted || (mode === "same" && hasClaimed));
}
