import { recordedOnly, type Scenario } from "../run/scenario.ts";

/** The same open model, served by somebody else. */
export const fasterProvider: Scenario = {
  title: "faster provider",
  recording: "latency_llama2-70b",
  config: { key: "chat-reply", name: "Chat replies" },
  control: {
    key: "anyscale",
    recorded: "anyscale",
    value: { model: "llama-2-70b-chat", provider: "anyscale" },
  },
  treatment: {
    key: "groq",
    recorded: "groq",
    value: { model: "llama-2-70b-chat", provider: "groq" },
  },
  unitIs: "task",
  outcomes: ({ latency_ms, ttft_ms }) => [recordedOnly({ latency_ms, ttft_ms })],
  experiment: {
    key: "chat-faster-provider",
    name: "Llama 2 70B on Groq",
    hypothesis: "Groq answers sooner.",
    kind: "model",
    metrics: [
      { metric: "latency_ms", role: "primary" },
      { metric: "ttft_ms", role: "secondary" },
    ],
    minimumUnits: 50,
    maximumUnits: 150,
    plannedUnits: 150,
  },
  shown: ["latency_ms", "ttft_ms"],
  expected: { action: "promote" },
};
