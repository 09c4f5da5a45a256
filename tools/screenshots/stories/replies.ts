import type { Story } from "../story.ts";

const concise = "prompt_cot_gpt-4/concise_cot";
const detailed = "prompt_cot_gpt-4/cot";

/** Ends well: as good an answer for half the tokens, promoted by the schedule. */
export const shorterPrompt: Story = {
  config: {
    key: "ticket-summary",
    name: "Ticket summaries",
    description: "What an agent reads on top of a ticket that the assistant hands over.",
    value: {
      model: "gpt-4",
      provider: "openai",
      system_prompt: "Summarize the conversation for a support agent. Think step by step.",
      prompt: "{{conversation}}",
      parameters: { temperature: 0, max_tokens: 800 },
    },
    note: "First version",
  },
  versions: [
    {
      value: {
        model: "gpt-4",
        provider: "openai",
        system_prompt: "Summarize the conversation for a support agent. Think step by step. Be concise.",
        prompt: "{{conversation}}",
        parameters: { temperature: 0, max_tokens: 800 },
      },
      note: "Concise",
    },
  ],
  live: [],
  arms: [
    {
      key: "detailed",
      weight: 0.5,
      version: 1,
      recorded: { task_success: detailed, output_tokens: detailed, cost_usd: detailed },
    },
    {
      key: "concise",
      weight: 0.5,
      version: 2,
      recorded: { task_success: concise, output_tokens: concise, cost_usd: concise },
    },
  ],
  experiment: {
    key: "concise-summaries",
    name: "Would a shorter summary do?",
    hypothesis: "Agents solve as many tickets with a concise summary, and it needs fewer tokens.",
    kind: "prompt",
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "output_tokens", role: "secondary" },
      { metric: "cost_usd", role: "secondary" },
    ],
    rule: { type: "non_inferiority", margin: { kind: "absolute", value: 0.05 }, objective: "output_tokens" },
    minimumUnits: 500,
    maximumUnits: 6_000,
    plannedUnits: 4_000,
  },
  units: 6_000,
};

const cold = "temperature_high/t0.0";
const hot = "temperature_high/t1.6";

/** Ends badly: so hot that answers fail, and the guardrail pulls it. */
export const livelierReplies: Story = {
  config: {
    key: "suggested-replies",
    name: "Suggested replies",
    description: "Three replies that an agent may send with one click.",
    value: {
      model: "gpt-35-turbo",
      provider: "openai",
      prompt: "{{conversation}}\n\nWrite three replies that the agent could send next.",
      parameters: { temperature: 0.2 },
    },
    note: "First version",
  },
  versions: [
    {
      value: {
        model: "gpt-35-turbo",
        provider: "openai",
        prompt: "{{conversation}}\n\nWrite three replies that the agent could send next.",
        parameters: { temperature: 1.6 },
      },
      note: "More variety",
    },
  ],
  live: [],
  arms: [
    { key: "calm", weight: 0.5, version: 1, recorded: { task_success: cold, error: cold } },
    { key: "lively", weight: 0.5, version: 2, recorded: { task_success: hot, error: hot } },
  ],
  experiment: {
    key: "livelier-replies",
    name: "Do livelier replies get sent more often?",
    hypothesis: "At a temperature of 1.6 replies vary more, and agents send more of them.",
    kind: "parameters",
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.02 } },
    ],
    minimumUnits: 400,
    maximumUnits: 8_000,
    plannedUnits: 4_000,
  },
  units: 600,
  endsByGuardrail: true,
};
