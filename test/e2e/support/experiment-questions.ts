import type { ExperimentKind } from "#model/experiment/experiment.ts";

/** A question that the form offers, and the experiment that comes of it. */
interface Question {
  kind: ExperimentKind;
  question: string;
  field: string;
  typed: string;
  /** What the new version then holds. */
  holds: object;
  sentences: string[];
  rule: object;
  metrics: object[];
}

const share = (metric: string, value: number) => ({
  metric,
  role: "guardrail",
  margin: { kind: "absolute", value },
});
const relative = (metric: string, value: number) => ({
  metric,
  role: "guardrail",
  margin: { kind: "relative", value },
});

/** Every question asks for it: who is served and never heard of again is no success. */
const UNHEARD = share("no_outcome", 0.02);

export const questions: Question[] = [
  {
    kind: "prompt",
    question: "Is a shorter prompt good enough?",
    field: "Prompt",
    typed: "Answer briefly.",
    holds: { prompt: "Answer briefly." },
    sentences: [
      "‘short’ (50%) vs. control ‘long’ (50%)",
      "primary metric is Task success. Guardrails: Hallucinations at most +1 pp and Units without an outcome at most +2 pp",
      "proven better on Input tokens and at most 2 pp worse on Task success",
    ],
    rule: { type: "non_inferiority", margin: { kind: "absolute", value: 0.02 }, objective: "input_tokens" },
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "input_tokens", role: "secondary" },
      { metric: "cost_usd", role: "secondary" },
      share("hallucination", 0.01),
      UNHEARD,
    ],
  },
  {
    kind: "model",
    question: "Which model is better?",
    field: "Model",
    typed: "large-model",
    holds: { model: "large-model" },
    sentences: [
      "Cost at most +20%, Latency at most +20% and Units without an outcome at most +2 pp",
      "first variant that is proven better on Task success",
    ],
    rule: { type: "superiority" },
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "user_satisfaction", role: "secondary" },
      relative("cost_usd", 0.2),
      relative("latency_ms", 0.2),
      UNHEARD,
    ],
  },
  {
    kind: "parameters",
    question: "Does a lower temperature help?",
    field: "Temperature",
    typed: "0.2",
    holds: { parameters: { temperature: 0.2 } },
    sentences: [
      "‘cooler’ (50%) vs. control ‘current’ (50%)",
      "Errors at most +1 pp and Units without an outcome at most +2 pp",
    ],
    rule: { type: "superiority" },
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "hallucination", role: "secondary" },
      { metric: "user_satisfaction", role: "secondary" },
      share("error", 0.01),
      UNHEARD,
    ],
  },
  {
    kind: "system_prompt",
    question: "Does a different tone increase satisfaction?",
    field: "System prompt",
    typed: "You are a cheerful friend.",
    holds: { system_prompt: "You are a cheerful friend." },
    sentences: [
      "primary metric is User satisfaction. Guardrails: Refusals at most +1 pp, Toxic answers at most +0.5 pp and Units without an outcome at most +2 pp",
    ],
    rule: { type: "superiority" },
    metrics: [
      { metric: "user_satisfaction", role: "primary" },
      { metric: "task_success", role: "secondary" },
      share("refusal", 0.01),
      share("toxic", 0.005),
      UNHEARD,
    ],
  },
  {
    kind: "context",
    question: "Does retrieving more passages help?",
    field: "Passages (top k)",
    typed: "12",
    holds: { context: { strategy: "vector", top_k: 12 } },
    sentences: [
      "primary metric is Hallucinations. Guardrails: Latency at most +10% and Units without an outcome at most +2 pp",
    ],
    rule: { type: "superiority" },
    metrics: [
      { metric: "hallucination", role: "primary" },
      { metric: "task_success", role: "secondary" },
      { metric: "cost_usd", role: "secondary" },
      relative("latency_ms", 0.1),
      UNHEARD,
    ],
  },
];
