import { perSample, recordedOnly, type Scenario } from "../run/scenario.ts";

/** The recording counts tokens and cost of a task's ten samples together. */
const SAMPLES = 10;

const share = (total: number | undefined): number | undefined =>
  total === undefined ? undefined : total / SAMPLES;

/** Asking for a short chain of thought: as good an answer for half the tokens. */
export const concisePrompt: Scenario = {
  title: "concise prompt",
  recording: "prompt_cot_gpt-4",
  config: { key: "exam-reasoning", name: "Exam reasoning" },
  control: {
    key: "cot",
    recorded: "cot",
    value: { model: "gpt-4", system_prompt: "Think step by step before you answer.", prompt: "{{question}}" },
  },
  treatment: {
    key: "concise-cot",
    recorded: "concise_cot",
    value: {
      model: "gpt-4",
      system_prompt: "Think step by step before you answer. Be concise.",
      prompt: "{{question}}",
    },
  },
  unitIs: "sample",
  outcomes: ({ trials, output_tokens, cost_usd }) =>
    perSample(trials, (trial) =>
      recordedOnly({
        task_success: Number(trial),
        output_tokens: share(output_tokens),
        cost_usd: share(cost_usd),
      }),
    ),
  replayedUnits: 6_000,
  experiment: {
    key: "exam-concise-prompt",
    name: "Concise chain of thought",
    hypothesis: "Asked to be concise, the model answers as well with fewer tokens.",
    kind: "prompt",
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "output_tokens", role: "secondary" },
      { metric: "cost_usd", role: "secondary" },
    ],
    rule: {
      type: "non_inferiority",
      margin: { kind: "absolute", value: 0.05 },
      objective: "output_tokens",
    },
    minimumUnits: 500,
    maximumUnits: 6_000,
    plannedUnits: 4_000,
  },
  shown: ["output_tokens", "task_success"],
  expected: { action: "promote" },
};
