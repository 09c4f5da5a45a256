import type { GuardrailResult } from "#model/analysis/analysis.ts";
import { promotionCandidates } from "../candidates/promotion-candidates.ts";
import type { Check, DecisionInput } from "./check.ts";

/**
 * Units of both arms at which the upper bound on the harm would fall below the margin, if harm and variance stay as they
 * are: errors shrink with √units. The slow change of the bound's multiplier is left out.
 * @returns null where the observed harm is beyond the margin, where it is not known, or where an arm is too small
 */
function unitsUntilSafe({ harm, tolerated, excess, reason }: GuardrailResult, units: number): number | null {
  if (reason !== null) return null;
  if (harm === null || tolerated === null || excess.upper === null || harm >= tolerated) return null;
  const reach = excess.upper - (harm - tolerated);
  return Math.ceil(units * (reach / (tolerated - harm)) ** 2);
}

/** The conversion window that a guardrail's units have to pass, and how many of both arms have not yet. */
function windowOf({ analysis, spec }: DecisionInput, { metric, variant }: GuardrailResult) {
  const metricAnalysis = analysis.metrics.find((candidate) => candidate.metric === metric);
  const windowSeconds = metricAnalysis?.definition.windowSeconds;
  if (windowSeconds === undefined || !metricAnalysis?.reporting) return {};
  const isCompared = (arm: { variant: string }) => arm.variant === variant || arm.variant === spec.control;
  const seen = analysis.sampleRatio.observed.filter(isCompared).reduce((sum, { units }) => sum + units, 0);
  const entered = metricAnalysis.reporting.arms
    .filter(isCompared)
    .reduce((sum, { exposed }) => sum + exposed, 0);
  return { windowSeconds, waitingUnits: Math.max(0, seen - entered) };
}

function unitsWithMetric({ analysis, spec }: DecisionInput, { metric, variant }: GuardrailResult): number {
  const arms = analysis.metrics.find((candidate) => candidate.metric === metric)?.variants ?? [];
  return arms
    .filter((arm) => arm.variant === variant || arm.variant === spec.control)
    .reduce((sum, { units }) => sum + units, 0);
}

/** Says what a proven winner is waiting for: the guardrail that is furthest from being safe. */
export const guardrailUnclear: Check = {
  name: "guardrail_unclear",
  evaluate(input) {
    const waiting = promotionCandidates(input).flatMap((candidate) =>
      input.guardrails
        .filter(({ variant, verdict }) => variant === candidate.variant && verdict === "unclear")
        .map((guardrail) => {
          const units = unitsWithMetric(input, guardrail);
          return { guardrail, units, forecast: unitsUntilSafe(guardrail, units) };
        }),
    );
    const lateness = ({ forecast }: (typeof waiting)[number]) => forecast ?? Number.POSITIVE_INFINITY;
    const [last] = waiting.toSorted((a, b) => lateness(b) - lateness(a));
    if (!last) return { applies: false, facts: {} };
    const { guardrail, units, forecast } = last;
    const facts = {
      winner: guardrail.variant,
      metric: guardrail.metric,
      units,
      unitsUntilSafe: forecast,
      cause: guardrail.reason,
      harm: guardrail.harm,
      tolerated: guardrail.tolerated,
      ...windowOf(input, guardrail),
    };
    return { applies: true, facts, action: "continue", code: "guardrail_unclear", variant: null };
  },
};
