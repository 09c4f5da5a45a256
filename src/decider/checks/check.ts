import type { Analysis, GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import type {
  DecisionAction,
  DecisionReasonCode,
  DecisionRuleName,
  Facts,
} from "#model/analysis/decision.ts";
import type { Proof } from "#model/analysis/proof.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";

/** Everything a decision may look at. Plain data; `now` is passed in. */
export interface DecisionInput {
  spec: ExperimentSpec;
  analysis: Analysis;
  guardrails: readonly GuardrailResult[];
  /** Treatments that left; they are asked about no more. */
  switchedOff?: readonly string[];
  /** The AI config's live version, at the start and now; undefined where it is not known. */
  liveVersion?: { atStart: number; now: number } | undefined;
  /** The totals wait to be counted anew without a quarantined key. */
  isRebuildPending?: boolean;
  /** How often they have begun to. */
  recounts?: number;
  /** What earlier looks have proven, as far as it still holds at this one. */
  proofs?: readonly Proof[];
  /** Right after new data only what protects users is decided, and not put off for a promotion that somebody else makes. */
  protectsOnly?: boolean;
  /** Epoch milliseconds. */
  startedAt: number;
  now: number;
  /** For how long the experiment was watched, without pauses and what is left out; since the start where it is not given. */
  watchedMilliseconds?: number;
}

export type CheckOutcome =
  | { applies: false; facts: Facts }
  | { applies: true; facts: Facts; action: DecisionAction; code: DecisionReasonCode; variant: string | null };

export interface Check {
  name: DecisionRuleName;
  evaluate: (input: DecisionInput) => CheckOutcome;
}

export function treatmentsOf(spec: ExperimentSpec): string[] {
  return spec.variants.map(({ key }) => key).filter((key) => key !== spec.control);
}

/** The treatments that still get traffic. */
export function activeTreatmentsOf({ spec, switchedOff = [] }: DecisionInput): string[] {
  return treatmentsOf(spec).filter((key) => !switchedOff.includes(key));
}

/** What becomes of a treatment that does harm: it leaves, or the experiment ends when it is the last one. */
export function removalOf(input: DecisionInput, harmful: readonly string[]): "switch_off" | "rollback" {
  return activeTreatmentsOf(input).every((variant) => harmful.includes(variant)) ? "rollback" : "switch_off";
}

/** Whether no guardrail speaks against a variant: each is proven safe. Control is what guardrails compare with. */
export function passesGuardrails({ guardrails, spec }: DecisionInput, variant: string): boolean {
  if (variant === spec.control) return true;
  return guardrails.every((guardrail) => guardrail.variant !== variant || guardrail.verdict === "safe");
}

export function primaryOf(input: DecisionInput): MetricAnalysis | undefined {
  return input.analysis.metrics.find(({ role }) => role === "primary");
}

/** A variant that the experiment's rule would promote if no guardrail stood in the way. */
export interface Candidate {
  variant: string;
  /** How much better than control on the deciding metric, in its own units; positive is better. */
  gain: number;
  /** Always-valid, Holm-adjusted over the treatments; null where the rule does not ask for it. */
  pValue: number | null;
  /** The proof of an earlier look, where this one alone is none. */
  provenBefore?: Proof;
}
