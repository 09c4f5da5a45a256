import { isProvenWorse } from "#model/analysis/is-proven-worse.ts";
import type { TreatmentStanding } from "#model/analysis/results.ts";
import {
  bestOf,
  decidingMetricOf,
  findBetter,
  promotionCandidates,
} from "./candidates/promotion-candidates.ts";
import { type DecisionInput, treatmentsOf } from "./checks/check.ts";

export interface Standings {
  /** One for each treatment, in the experiment's order, also for those that left. */
  standings: TreatmentStanding[];
  /** The best of all that the rule would promote and that is not proven to harm a guardrail. */
  provenWinner: string | null;
}

/**
 * How every treatment stands, for somebody who may promote one by hand: by the tests of the promotion check, but without
 * its wait for minima, and with unclear guardrails left to the person's judgment. Pure.
 */
export function standingsOf(input: DecisionInput): Standings {
  const { spec, guardrails } = input;
  const metric = decidingMetricOf(input);
  const better = metric ? findBetter({ ...input, switchedOff: [] }, metric) : [];
  const candidates = promotionCandidates(input);
  const guardrailsOf = (wanted: string, verdict: "harmed" | "unclear") =>
    guardrails.filter((guardrail) => guardrail.variant === wanted && guardrail.verdict === verdict);
  const verdictOf = (wanted: string): TreatmentStanding["verdict"] => {
    const comparison = metric?.comparisons.find(({ variant }) => variant === wanted);
    if (!metric || comparison?.difference.status !== "ok") return "unknown";
    if (better.some(({ variant }) => variant === wanted)) return "better";
    return isProvenWorse(metric, comparison, spec.alpha) ? "worse" : "unproven";
  };
  return {
    standings: treatmentsOf(spec).map((variant) => ({
      variant,
      metric: metric?.metric ?? null,
      verdict: verdictOf(variant),
      meetsRule: candidates.some((candidate) => candidate.variant === variant),
      harmedGuardrails: guardrailsOf(variant, "harmed").map((guardrail) => guardrail.metric),
      unclearGuardrails: guardrailsOf(variant, "unclear").map((guardrail) => guardrail.metric),
    })),
    provenWinner:
      bestOf(candidates.filter(({ variant }) => guardrailsOf(variant, "harmed").length === 0))?.variant ??
      null,
  };
}
