import type { ConfigValue } from "#model/config/ai-config.ts";
import { type Metrics, perSample, type Scenario } from "../run/scenario.ts";

function atTemperature(temperature: number): ConfigValue {
  return {
    model: "gpt-35-turbo",
    system_prompt: "Think step by step, then give the letter of your choice.",
    prompt: "{{question}}",
    parameters: { temperature },
  };
}

/** So hot that most requests end in an error: the guardrail pulls it. */
export const temperatureTooHigh: Scenario = {
  title: "temperature too high",
  recording: "temperature_high",
  config: { key: "exam-hot", name: "Exam answers, sampled hot" },
  control: { key: "t0.0", recorded: "t0.0", value: atTemperature(0) },
  treatment: { key: "t1.6", recorded: "t1.6", value: atTemperature(1.6) },
  unitIs: "task",
  outcomes: ({ trials, error = 0 }) =>
    // The recording names errors only; it was kept per task, so it is logged once per task.
    perSample(trials, (trial, index): Metrics => {
      const sample = { task_success: Number(trial) };
      return index === 0 ? { ...sample, error } : sample;
    }),
  experiment: {
    key: "exam-temperature-too-high",
    name: "Temperature 1.6",
    hypothesis: "More variety does not hurt.",
    kind: "parameters",
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.1 } },
    ],
    minimumUnits: 80,
    maximumUnits: 100,
    plannedUnits: 100,
  },
  shown: ["error", "task_success"],
  expected: { action: "rollback" },
};

/** Zero or one: the answers are as often right, and the experiment ends when its budget is used up. */
export const temperatureNoMatter: Scenario = {
  title: "temperature, no matter",
  recording: "temperature",
  config: { key: "exam-warm", name: "Exam answers, sampled warm" },
  control: { key: "t0.0", recorded: "t0.0", value: atTemperature(0) },
  treatment: { key: "t1.0", recorded: "t1.0", value: atTemperature(1) },
  unitIs: "sample",
  outcomes: ({ trials }) => perSample(trials, (trial) => ({ task_success: Number(trial) })),
  replayedUnits: 4_400,
  experiment: {
    key: "exam-temperature-one",
    name: "Temperature 1.0",
    hypothesis: "A temperature of 1 answers more questions correctly.",
    kind: "parameters",
    metrics: [{ metric: "task_success", role: "primary" }],
    minimumUnits: 1_000,
    maximumUnits: 4_000,
    plannedUnits: 4_000,
  },
  shown: ["task_success"],
  expected: { action: "stop" },
};
