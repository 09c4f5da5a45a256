import type { Analysis, GuardrailResult, MetricAnalysis } from "../model/analysis.ts";
import type { DecisionAction, DecisionReasonCode, DecisionRuleName, Facts } from "../model/decision.ts";
import type { ExperimentSpec } from "../model/experiment.ts";

/** Everything a decision may look at. Plain data; `now` is passed in. */
export interface DecisionInput {
  spec: ExperimentSpec;
  analysis: Analysis;
  guardrails: readonly GuardrailResult[];
  /** Epoch milliseconds. */
  startedAt: number;
  now: number;
}

export type RuleOutcome =
  | { applies: false; facts: Facts }
  | { applies: true; facts: Facts; action: DecisionAction; code: DecisionReasonCode; variant: string | null };

export interface Rule {
  name: DecisionRuleName;
  ask: (input: DecisionInput) => RuleOutcome;
}

export function treatmentsOf(spec: ExperimentSpec): string[] {
  return spec.variants.map(({ key }) => key).filter((key) => key !== spec.control);
}

export function primaryOf(input: DecisionInput): MetricAnalysis | undefined {
  return input.analysis.metrics.find(({ role }) => role === "primary");
}

/** +1 when a larger value is better, −1 when a smaller one is. */
export function goodSign(metric: MetricAnalysis): 1 | -1 {
  return metric.definition.direction === "increase" ? 1 : -1;
}
