import { conservativeGain } from "#analyzer/sequential/conservative-gain.ts";
import type { DecisionReasonCode, Facts } from "#model/analysis/decision.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { describeLeader } from "../candidates/best-arm.ts";
import { describeLevels } from "../candidates/best-levels.ts";
import {
  bestOf,
  decidingMetricOf,
  findBetter,
  promotionCandidates,
} from "../candidates/promotion-candidates.ts";
import { describeRunnerUp } from "../candidates/runner-up.ts";
import { type Candidate, type Check, type DecisionInput, passesGuardrails, treatmentsOf } from "./check.ts";

const CODES: Record<ExperimentSpec["rule"]["type"], DecisionReasonCode> = {
  superiority: "superior",
  non_inferiority: "non_inferior_with_better_objective",
  best_arm: "best_arm_named",
  best_levels: "best_levels_proven",
};

function describeTreatments(
  input: DecisionInput,
  candidates: readonly Candidate[],
  allowed: readonly Candidate[],
): Facts {
  const deciding = decidingMetricOf(input);
  if (!deciding) return {};
  const better = findBetter(input, deciding);
  const leader = bestOf(allowed) ?? bestOf(better);
  const proof = leader?.provenBefore;
  return {
    metric: deciding.metric,
    betterTreatments: better.length,
    passingGuardrails: allowed.length,
    gain: leader?.gain ?? null,
    adjustedPValue: leader?.pValue ?? null,
    nonInferior: candidates.length,
    ...(proof && { provenAt: proof.takenAt, provenAtUnits: proof.units.control + proof.units.treatment }),
  };
}

function describeRule(
  input: DecisionInput,
  candidates: readonly Candidate[],
  allowed: readonly Candidate[],
): Facts {
  switch (input.spec.rule.type) {
    case "best_arm":
      return describeLeader(input);
    case "best_levels":
      return describeLevels(input);
    case "superiority":
    case "non_inferiority":
      return describeTreatments(input, candidates, allowed);
  }
}

/** The effect as observed, and as it can be told without what stopping at a good moment adds to it. */
function describeEffect(input: DecisionInput, key: string): Facts {
  const metric = decidingMetricOf(input);
  const armOf = (wanted: string) => metric?.variants.find(({ variant }) => variant === wanted);
  const [control, variant] = [armOf(input.spec.control), armOf(key)];
  if (!metric || !control || !variant || key === input.spec.control) return {};
  const sign = improvementSign(metric.definition);
  const difference = metric.comparisons.find((candidate) => candidate.variant === key)?.difference;
  const treatments = treatmentsOf(input.spec).length;
  return {
    observedGain: difference?.status === "ok" ? sign * difference.estimate : null,
    conservativeGain: conservativeGain(control, variant, sign, input.spec, treatments) ?? null,
  };
}

/** Promotes the best variant that the experiment's rule finds and whose guardrails are all safe. */
export const promotionCheck: Check = {
  name: "winner",
  evaluate(input) {
    const candidates = promotionCandidates(input);
    const allowed = candidates.filter(({ variant }) => passesGuardrails(input, variant));
    const facts = describeRule(input, candidates, allowed);
    const bestCandidate = bestOf(allowed);
    if (!bestCandidate) return { applies: false, facts };
    const { variant } = bestCandidate;
    return {
      applies: true,
      facts: { ...facts, ...describeEffect(input, variant), ...describeRunnerUp(input, variant) },
      action: "promote",
      code: CODES[input.spec.rule.type],
      variant,
    };
  },
};
