import type * as z from "zod";
import type { ExperimentKind, experimentInputSchema } from "#model/experiment/experiment.ts";

/** One complete example of each kind; they are validated in the tests and shown in the API document. */
export const experimentExamples: Record<ExperimentKind, z.input<typeof experimentInputSchema>> = {
  prompt: {
    key: "shorter-prompt",
    name: "Does a shorter prompt do as well?",
    kind: "prompt",
    config: "support-answer",
    variants: [
      { key: "long", version: 1, weight: 0.5 },
      { key: "short", version: 2, weight: 0.5 },
    ],
    control: "long",
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "output_tokens", role: "secondary" },
      { metric: "hallucination", role: "guardrail", margin: { kind: "absolute", value: 0.02 } },
    ],
    rule: { type: "non_inferiority", margin: { kind: "absolute", value: 0.03 }, objective: "output_tokens" },
    minimumUnits: 500,
    maximumUnits: 20_000,
  },
  model: {
    key: "newer-model",
    name: "Is the newer model better?",
    kind: "model",
    config: "support-answer",
    variants: [
      { key: "current", version: 1, weight: 0.9 },
      { key: "newer", version: 2, weight: 0.1 },
    ],
    control: "current",
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "cost_usd", role: "guardrail", margin: { kind: "relative", value: 0.2 } },
      { metric: "latency_ms", role: "secondary" },
    ],
    minimumUnits: 1_000,
    maximumUnits: 50_000,
  },
  parameters: {
    key: "temperature",
    name: "Which temperature?",
    kind: "parameters",
    config: "support-answer",
    variants: [
      { key: "cold", version: 1, weight: 0.34 },
      { key: "warm", version: 2, weight: 0.33 },
      { key: "hot", version: 3, weight: 0.33 },
    ],
    control: "cold",
    metrics: [
      { metric: "user_satisfaction", role: "primary" },
      { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.01 } },
    ],
    maximumUnits: 30_000,
  },
  system_prompt: {
    key: "friendlier-tone",
    name: "Does a friendlier tone satisfy more?",
    kind: "system_prompt",
    config: "support-answer",
    variants: [
      { key: "plain", version: 1, weight: 0.5 },
      { key: "friendly", version: 2, weight: 0.5 },
    ],
    control: "plain",
    condition: { country: { $in: ["CA", "US"] } },
    metrics: [
      { metric: "user_satisfaction", role: "primary" },
      { metric: "refusal", role: "guardrail", margin: { kind: "absolute", value: 0.02 } },
    ],
    maximumDurationSeconds: 14 * 86_400,
  },
  context: {
    key: "more-passages",
    name: "Do more retrieved passages ground the answer?",
    kind: "context",
    config: "support-answer",
    variants: [
      { key: "four", version: 1, weight: 0.5 },
      { key: "twelve", version: 2, weight: 0.5 },
    ],
    control: "four",
    coverage: 0.2,
    namespace: { name: "retrieval", range: [0, 0.5] },
    metrics: [
      { metric: "hallucination", role: "primary" },
      { metric: "latency_ms", role: "guardrail", margin: { kind: "relative", value: 0.1 } },
      { metric: "input_tokens", role: "secondary" },
    ],
    maximumUnits: 40_000,
  },
};
