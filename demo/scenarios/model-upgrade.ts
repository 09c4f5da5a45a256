import { recordedOnly, type Scenario } from "../run/scenario.ts";

const prompt = "Is {{number}} a prime number? Reason step by step, then answer [Yes] or [No].";

/** The newer model is cheaper and quicker, and wrong half of the time. */
export const modelUpgrade: Scenario = {
  title: "model upgrade that breaks",
  recording: "drift_prime",
  config: { key: "prime-check", name: "Prime check" },
  control: {
    key: "gpt-4-0314",
    recorded: "gpt-4-0314",
    value: { model: "gpt-4-0314", provider: "openai", prompt },
  },
  treatment: {
    key: "gpt-4-0613",
    recorded: "gpt-4-0613",
    value: { model: "gpt-4-0613", provider: "openai", prompt },
  },
  unitIs: "task",
  outcomes: ({ success, latency_ms, cost_usd, output_tokens }) => [
    recordedOnly({ task_success: success, latency_ms, cost_usd, output_tokens }),
  ],
  experiment: {
    key: "prime-model-upgrade",
    name: "GPT-4, March to June",
    hypothesis: "The June release answers as well as the March release, for less.",
    kind: "model",
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "latency_ms", role: "secondary" },
      { metric: "cost_usd", role: "secondary" },
      { metric: "output_tokens", role: "secondary" },
    ],
    minimumUnits: 200,
    maximumUnits: 1_000,
    plannedUnits: 500,
  },
  shown: ["task_success", "cost_usd", "latency_ms"],
  expected: { action: "rollback" },
};
