import type { GuardrailResult, UnavailableReason } from "#model/analysis/analysis.ts";
import type { ExperimentKind, ExperimentStatus } from "#model/experiment/experiment.ts";
import type { Effect } from "./effect.ts";

export const kindWords: Record<ExperimentKind, string> = {
  prompt: "Prompt",
  model: "Model",
  parameters: "Parameters",
  system_prompt: "System prompt",
  context: "Context",
};

export const statusWords: Record<ExperimentStatus, string> = {
  draft: "Draft",
  running: "Running",
  paused: "Paused",
  promoted: "Promoted",
  rolled_back: "Rolled back",
  stopped: "Stopped",
};

export const effectWords: Record<Effect, string> = {
  better: "Better",
  worse: "Worse",
  unclear: "Unclear",
  unavailable: "No result",
};

export const verdictWords: Record<GuardrailResult["verdict"], string> = {
  safe: "Safe",
  harmed: "Harmed",
  unclear: "Unclear",
};

export const unavailableWords: Record<UnavailableReason, string> = {
  insufficient_data: "Too few units yet",
  zero_variance: "All units of a variant have the same value",
  zero_baseline: "Control's value is zero",
  zero_denominator: "The denominator is zero",
  unbounded: "Control is too uncertain for a ratio",
  bad_input: "The data cannot be analyzed",
};
