import { recordedOnly, type Scenario } from "../run/scenario.ts";

const prompt =
  "{{question}}\n\n{{choices}}\n\nExplain your reasoning, then name the letter of the right choice.";

/** A stronger model on multiple-choice exams. */
export const betterModel: Scenario = {
  title: "better model",
  recording: "model_mcqa",
  config: { key: "exam-answer", name: "Exam answers" },
  control: {
    key: "gpt-35-turbo",
    recorded: "gpt-35-turbo",
    value: { model: "gpt-35-turbo", prompt },
  },
  treatment: {
    key: "claude-3-opus",
    recorded: "claude-3-opus-20240229",
    value: { model: "claude-3-opus-20240229", prompt },
  },
  unitIs: "task",
  outcomes: ({ success, cost_usd }) => [recordedOnly({ task_success: success, cost_usd })],
  experiment: {
    key: "exam-better-model",
    name: "Claude 3 Opus for exam questions",
    hypothesis: "Claude 3 Opus answers more questions correctly.",
    kind: "model",
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "cost_usd", role: "secondary" },
    ],
    minimumUnits: 200,
    maximumUnits: 1_000,
    plannedUnits: 500,
  },
  shown: ["task_success", "cost_usd"],
  expected: { action: "promote" },
};

/** The same model in both arms: whatever differs is chance, and nothing may be promoted. */
export const sameModelTwice: Scenario = {
  title: "A/A",
  recording: "model_mcqa",
  config: { key: "exam-answer-twin", name: "Exam answers, twice the same" },
  control: {
    key: "gpt-35-turbo-a",
    recorded: "gpt-35-turbo",
    value: { model: "gpt-35-turbo", prompt },
  },
  treatment: {
    key: "gpt-35-turbo-b",
    recorded: "gpt-35-turbo",
    value: { model: "gpt-35-turbo", prompt },
  },
  unitIs: "task",
  outcomes: ({ success }) => [recordedOnly({ task_success: success })],
  experiment: {
    key: "exam-same-model-twice",
    name: "The same model in both arms",
    hypothesis: "Nothing differs, and nothing is found.",
    kind: "model",
    metrics: [{ metric: "task_success", role: "primary" }],
    minimumUnits: 100,
    maximumUnits: 900,
    plannedUnits: 900,
  },
  shown: ["task_success"],
  expected: { action: "stop" },
};
