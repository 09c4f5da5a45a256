import { holm } from "../analyzer/holm.ts";
import { excessHarm } from "../analyzer/non-inferiority.ts";
import type { MetricAnalysis } from "../model/analysis.ts";
import type { Facts } from "../model/decision.ts";
import { plannedUnitsOfPair } from "../model/experiment.ts";
import { bestArm } from "./best-arm.ts";
import { bestLevels } from "./best-levels.ts";
import { type DecisionInput, goodSign, primaryOf, type Rule, treatmentsOf } from "./rule.ts";

interface Candidate {
  variant: string;
  /** How much better than control, in the metric's own units; positive is better. */
  gain: number;
  /** Always-valid, Holm-adjusted over the treatments. */
  pValue: number;
}

/** The treatments that are better than control on a metric, significantly at every look. */
function findBetter(metric: MetricAnalysis, alpha: number): Candidate[] {
  const known = metric.comparisons.flatMap(({ variant, difference }) =>
    difference.status === "ok" ? [{ variant, difference }] : [],
  );
  const adjusted = holm(
    metric.comparisons.map(({ difference }) =>
      difference.status === "ok" ? difference.alwaysValid.pValue : 1,
    ),
  );
  const adjustedOf = (variant: string) =>
    adjusted[metric.comparisons.findIndex((comparison) => comparison.variant === variant)] ?? 1;
  return known
    .map(({ variant, difference }) => ({
      variant,
      gain: goodSign(metric) * difference.estimate,
      pValue: adjustedOf(variant),
    }))
    .filter(({ gain, pValue }) => gain > 0 && pValue < alpha);
}

function passesGuardrails({ guardrails }: DecisionInput, variant: string): boolean {
  return guardrails.every((guardrail) => guardrail.variant !== variant || guardrail.verdict === "safe");
}

function isNonInferior(input: DecisionInput, metric: MetricAnalysis, variant: string): boolean {
  const { spec } = input;
  if (spec.rule.type !== "non_inferiority") return false;
  const result = excessHarm(metric, spec.control, variant, spec.rule.margin, {
    alpha: spec.alpha / treatmentsOf(spec).length,
    plannedUnits: plannedUnitsOfPair(spec, variant),
  });
  return "excess" in result && result.excess.upper !== null && result.excess.upper < 0;
}

function best(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>(
    (leader, candidate) => (leader === undefined || candidate.gain > leader.gain ? candidate : leader),
    undefined,
  );
}

function describe(candidates: readonly Candidate[], allowed: readonly Candidate[], metric: string): Facts {
  const leader = best(allowed) ?? best(candidates);
  return {
    metric,
    betterTreatments: candidates.length,
    passingGuardrails: allowed.length,
    gain: leader?.gain ?? null,
    adjustedPValue: leader?.pValue ?? null,
  };
}

/** Promotes the best treatment that is proven better (or no worse, with a better objective) and harms no guardrail. */
export const winner: Rule = {
  name: "winner",
  ask(input) {
    const { spec, analysis } = input;
    const primary = primaryOf(input);
    const { rule } = spec;
    if (rule.type === "best_arm") return bestArm(input, (variant) => passesGuardrails(input, variant));
    if (rule.type === "best_levels")
      return bestLevels(input, primary, (variant) => passesGuardrails(input, variant));
    const judged =
      rule.type === "superiority"
        ? primary
        : analysis.metrics.find(({ metric }) => metric === rule.objective);
    if (!primary || !judged) return { applies: false, facts: {} };

    const better = findBetter(judged, spec.alpha);
    const eligible =
      rule.type === "superiority"
        ? better
        : better.filter(({ variant }) => isNonInferior(input, primary, variant));
    const allowed = eligible.filter(({ variant }) => passesGuardrails(input, variant));
    const facts: Facts = { ...describe(better, allowed, judged.metric), nonInferior: eligible.length };
    const champion = best(allowed);
    if (!champion) return { applies: false, facts };
    const code = rule.type === "superiority" ? "superior" : "non_inferior_with_better_objective";
    return { applies: true, facts, action: "promote", code, variant: champion.variant };
  },
};
