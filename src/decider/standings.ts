import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import { isProvenWorse } from "#model/analysis/is-proven-worse.ts";
import type { TreatmentStanding } from "#model/analysis/results.ts";
import {
  bestOf,
  decidingMetricOf,
  findProvenBetter,
  promotionCandidates,
} from "./candidates/promotion-candidates.ts";
import { type DecisionInput, primaryOf, treatmentsOf } from "./checks/check.ts";

export interface Standings {
  /** One for each treatment, in the experiment's order, also for those that left. */
  standings: TreatmentStanding[];
  /** The best of all treatments that the rule would promote and that is not proven to harm a guardrail. */
  provenWinner: string | null;
}

/**
 * How every treatment stands, for somebody who may promote one by hand: by the tests of the promotion check, but without
 * its wait for minima, and with unclear guardrails left to the person's judgment. Pure.
 */
export function standingsOf(input: DecisionInput): Standings {
  const { spec, guardrails } = input;
  const metric = decidingMetricOf(input);
  const better = metric ? findProvenBetter(input, metric) : [];
  const candidates = promotionCandidates(input);
  const guardrailsOf = (wanted: string, verdict: "harmed" | "unclear") =>
    guardrails.filter((guardrail) => guardrail.variant === wanted && guardrail.verdict === verdict);
  const primary = primaryOf(input);
  const isWorseOn = (metricAnalysis: MetricAnalysis | undefined, wanted: string) => {
    const comparison = metricAnalysis?.comparisons.find(({ variant }) => variant === wanted);
    return (
      metricAnalysis !== undefined &&
      comparison?.difference.status === "ok" &&
      isProvenWorse(metricAnalysis, comparison, spec.alpha)
    );
  };
  const verdictOf = (wanted: string): Pick<TreatmentStanding, "metric" | "verdict"> => {
    // A rule may decide on another metric; a primary metric that is proven worse is what a person must know first.
    if (isWorseOn(primary, wanted)) return { metric: primary?.metric ?? null, verdict: "worse" };
    const comparison = metric?.comparisons.find(({ variant }) => variant === wanted);
    if (!metric || comparison?.difference.status !== "ok") {
      return { metric: metric?.metric ?? null, verdict: "unknown" };
    }
    if (better.some(({ variant }) => variant === wanted)) return { metric: metric.metric, verdict: "better" };
    return { metric: metric.metric, verdict: isWorseOn(metric, wanted) ? "worse" : "unproven" };
  };
  return {
    standings: treatmentsOf(spec).map((variant) => ({
      variant,
      ...verdictOf(variant),
      meetsRule: candidates.some((candidate) => candidate.variant === variant),
      harmedGuardrails: guardrailsOf(variant, "harmed").map((guardrail) => guardrail.metric),
      unclearGuardrails: guardrailsOf(variant, "unclear").map((guardrail) => guardrail.metric),
    })),
    provenWinner:
      // The control may be the best arm; staying with it promotes nothing.
      bestOf(
        candidates.filter(
          ({ variant }) => variant !== spec.control && guardrailsOf(variant, "harmed").length === 0,
        ),
      )?.variant ?? null,
  };
}
