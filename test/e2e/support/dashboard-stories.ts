import type { Story } from "./dashboard-fixtures.ts";

const taskSuccess = {
  key: "task_success",
  name: "Task success",
  description: "Did the answer do what the user asked for?",
  type: "proportion",
  direction: "increase",
} as const;
const latency = {
  key: "latency_ms",
  name: "Latency",
  type: "mean",
  direction: "decrease",
  unit: "ms",
} as const;
const latencyTail = {
  key: "latency_p95_ms",
  name: "Latency, 95th percentile",
  type: "quantile",
  quantile: 0.95,
  source: "latency_ms",
  direction: "decrease",
  unit: "ms",
} as const;
const cost = { key: "cost_usd", name: "Cost", type: "mean", direction: "decrease", unit: "USD" } as const;
const outputTokens = {
  key: "output_tokens",
  name: "Output tokens",
  type: "mean",
  direction: "decrease",
  unit: "tokens",
} as const;
const hallucination = {
  key: "hallucination",
  name: "Hallucinations",
  type: "proportion",
  direction: "decrease",
} as const;
const satisfaction = {
  key: "user_satisfaction",
  name: "User satisfaction",
  type: "mean",
  direction: "increase",
} as const;

/** Three prompts, still undecided: one guardrail safe, one unclear. */
export const undecided: Story = {
  status: "running",
  startedHoursAgo: 76,
  spec: {
    key: "answer-length",
    name: "Do shorter answers solve as many tickets?",
    hypothesis:
      "Two-sentence answers are read to the end, so they solve as many tickets at half the output tokens.",
    kind: "prompt",
    config: "support-answer",
    variants: [
      { key: "detailed", version: 1, weight: 0.34 },
      { key: "short", version: 2, weight: 0.33 },
      { key: "bullets", name: "Bulleted, with a link", version: 3, weight: 0.33 },
    ],
    control: "detailed",
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "output_tokens", role: "secondary" },
      { metric: "user_satisfaction", role: "secondary" },
      { metric: "latency_p95_ms", role: "secondary" },
      { metric: "hallucination", role: "guardrail", margin: { kind: "absolute", value: 0.01 } },
      { metric: "latency_ms", role: "guardrail", margin: { kind: "relative", value: 0.1 } },
    ],
    minimumUnits: 1_000,
    maximumUnits: 20_000,
    minimumDurationSeconds: 86_400,
  },
  definitions: [taskSuccess, outputTokens, satisfaction, hallucination, latency, latencyTail],
  units: { detailed: 4_192, short: 4_066, bullets: 4_101 },
  crossedOverUnits: 17,
  duplicates: 212,
  metrics: {
    task_success: { detailed: { mean: 0.7143 }, short: { mean: 0.7321 }, bullets: { mean: 0.7068 } },
    output_tokens: {
      detailed: { mean: 312.4, deviation: 120 },
      short: { mean: 148.9, deviation: 60 },
      bullets: { mean: 231.5, deviation: 95 },
    },
    user_satisfaction: {
      detailed: { mean: 4.02, deviation: 1.1 },
      short: { mean: 4.09, deviation: 1.08 },
      bullets: { mean: 3.88, deviation: 1.2 },
    },
    hallucination: { detailed: { mean: 0.0312 }, short: { mean: 0.0229 }, bullets: { mean: 0.0344 } },
    latency_ms: {
      detailed: { mean: 1_842, deviation: 610 },
      short: { mean: 1_131, deviation: 420 },
      bullets: { mean: 1_498, deviation: 560 },
    },
  },
};

/** A cheaper model that costs too much quality: its guardrail is harmed. */
export const harmed: Story = {
  status: "rolled_back",
  startedHoursAgo: 9,
  spec: {
    key: "newer-model",
    name: "Is the newer model better?",
    kind: "model",
    config: "support-answer",
    variants: [
      { key: "current", version: 1, weight: 0.5 },
      { key: "newer", version: 2, weight: 0.5 },
    ],
    control: "current",
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "cost_usd", role: "guardrail", margin: { kind: "relative", value: 0.2 } },
      { metric: "latency_ms", role: "secondary" },
    ],
    maximumUnits: 50_000,
  },
  definitions: [taskSuccess, cost, latency],
  units: { current: 2_420, newer: 2_391 },
  metrics: {
    task_success: { current: { mean: 0.71 }, newer: { mean: 0.742 } },
    cost_usd: {
      current: { mean: 0.002134, deviation: 0.0009 },
      newer: { mean: 0.003411, deviation: 0.0014 },
    },
    latency_ms: { current: { mean: 1_820, deviation: 600 }, newer: { mean: 1_410, deviation: 510 } },
  },
};

/** A clear winner, promoted. */
export const won: Story = {
  status: "promoted",
  startedHoursAgo: 52,
  spec: {
    key: "friendlier-tone",
    name: "Does a friendlier tone satisfy more?",
    kind: "system_prompt",
    config: "support-answer",
    variants: [
      { key: "plain", version: 1, weight: 0.5 },
      { key: "friendly", version: 2, weight: 0.5 },
    ],
    control: "plain",
    metrics: [
      { metric: "user_satisfaction", role: "primary" },
      { metric: "hallucination", role: "guardrail", margin: { kind: "absolute", value: 0.02 } },
    ],
  },
  definitions: [satisfaction, hallucination],
  units: { plain: 3_512, friendly: 3_488 },
  metrics: {
    user_satisfaction: { plain: { mean: 3.91, deviation: 1.1 }, friendly: { mean: 4.11, deviation: 1.05 } },
    hallucination: { plain: { mean: 0.028 }, friendly: { mean: 0.026 } },
  },
};

/** Exposures of one arm get lost on the way. */
export const skewed: Story = {
  status: "running",
  startedHoursAgo: 20,
  spec: {
    key: "more-passages",
    name: "Do more retrieved passages ground the answer?",
    kind: "context",
    config: "search-answer",
    variants: [
      { key: "four", version: 1, weight: 0.5 },
      { key: "twelve", version: 2, weight: 0.5 },
    ],
    control: "four",
    coverage: 0.2,
    metrics: [{ metric: "hallucination", role: "primary" }],
  },
  definitions: [hallucination],
  units: { four: 1_402, twelve: 1_109 },
  metrics: { hallucination: { four: { mean: 0.041 }, twelve: { mean: 0.037 } } },
};

/** Not started; its name tries to be markup. */
export const draft: Story = {
  status: "draft",
  startedHoursAgo: 1,
  spec: {
    key: "temperature",
    name: "Which <script>document.title='owned'</script> temperature?",
    kind: "parameters",
    config: "support-answer",
    variants: [
      { key: "cold", version: 1, weight: 0.5 },
      { key: "warm", version: 2, weight: 0.5 },
    ],
    control: "cold",
    metrics: [{ metric: "user_satisfaction", role: "primary" }],
  },
  definitions: [],
  units: { cold: 0, warm: 0 },
  metrics: {},
};
