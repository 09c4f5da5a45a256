import type { Story } from "../story.ts";

const older = "drift_prime/gpt-4-0314";
const newer = "drift_prime/gpt-4-0613";
const cold = "temperature/t0.0";
const warm = "temperature/t1.0";

/** On hold: a fifth of the outcomes of one arm never arrive, so that nothing can be believed. */
export const morePassages: Story = {
  config: {
    key: "help-search",
    name: "Help center search",
    description: "Finds passages of the help center and writes the answer above the results.",
    value: {
      model: "gpt-4",
      provider: "openai",
      prompt: "{{passages}}\n\n{{query}}",
      context: { strategy: "vector", top_k: 4, chunk_size: 512 },
    },
    note: "First version",
  },
  versions: [
    {
      value: {
        model: "gpt-4",
        provider: "openai",
        prompt: "{{passages}}\n\n{{query}}",
        context: { strategy: "vector", top_k: 12, chunk_size: 512 },
      },
      note: "Three times as many passages",
    },
  ],
  live: [],
  arms: [
    {
      key: "top-4",
      weight: 0.5,
      version: 1,
      recorded: { task_success: cold, latency_ms: older, cost_usd: older },
    },
    {
      key: "top-12",
      weight: 0.5,
      version: 2,
      recorded: { task_success: warm, latency_ms: older, cost_usd: older },
    },
  ],
  experiment: {
    key: "more-passages",
    name: "Does retrieving more passages help?",
    hypothesis: "With twelve passages instead of four, fewer searches end in a ticket.",
    kind: "context",
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "latency_ms", role: "guardrail", margin: { kind: "relative", value: 0.25 } },
      { metric: "cost_usd", role: "secondary" },
    ],
    minimumUnits: 2_000,
    maximumUnits: 10_000,
    plannedUnits: 6_000,
  },
  units: 3_000,
  // Every fifth conversation of the second arm ends before the app has reported it.
  isLost: ({ unit, arm }) => arm?.key === "top-12" && Number(unit.split("-").at(-1)) % 5 === 0,
};

/** Undecided for a long time: warm or cold, the answers are as often right. */
export const coolerTriage: Story = {
  config: {
    key: "ticket-triage",
    name: "Ticket triage",
    description: "Sends a new ticket to the right queue.",
    value: {
      model: "gpt-35-turbo",
      provider: "openai",
      prompt: "{{ticket}}\n\nWhich queue?",
      parameters: { temperature: 1 },
    },
    note: "First version",
  },
  versions: [
    {
      value: {
        model: "gpt-35-turbo",
        provider: "openai",
        prompt: "{{ticket}}\n\nWhich queue?",
        parameters: { temperature: 0 },
      },
      note: "No temperature at all",
    },
  ],
  live: [],
  arms: [
    {
      key: "warm",
      weight: 0.5,
      version: 1,
      recorded: { task_success: warm, error: "temperature_high/t0.0" },
    },
    {
      key: "cold",
      weight: 0.5,
      version: 2,
      recorded: { task_success: cold, error: "temperature_high/t0.0" },
    },
  ],
  experiment: {
    key: "cooler-triage",
    name: "Does a lower temperature help triage?",
    hypothesis: "At a temperature of 0 more tickets reach the right queue at once.",
    kind: "parameters",
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.02 } },
    ],
    minimumUnits: 1_000,
    maximumUnits: 12_000,
    plannedUnits: 8_000,
  },
  units: 4_200,
};

/** Weights follow the evidence: most traffic goes to the greeting that works. */
export const bestGreeting: Story = {
  config: {
    key: "greeting",
    name: "Greeting",
    description: "The assistant's first sentence in the widget.",
    value: {
      model: "gpt-35-turbo",
      provider: "openai",
      prompt: "Greet the customer.",
      parameters: { temperature: 0.4 },
    },
    note: "First version",
  },
  versions: [
    {
      value: {
        model: "gpt-35-turbo",
        provider: "openai",
        prompt: "Greet the customer and ask what it is about.",
        parameters: { temperature: 0.4 },
      },
      note: "With a question",
    },
    {
      value: {
        model: "gpt-35-turbo",
        provider: "openai",
        prompt: "Greet the customer and name the three commonest topics.",
        parameters: { temperature: 0.4 },
      },
      note: "With topics to choose from",
    },
  ],
  live: [],
  arms: [
    { key: "plain", weight: 0.34, version: 1, recorded: { task_success: newer } },
    { key: "question", weight: 0.33, version: 2, recorded: { task_success: warm } },
    { key: "topics", weight: 0.33, version: 3, recorded: { task_success: "model_mcqa/gpt-35-turbo" } },
  ],
  experiment: {
    key: "best-greeting",
    name: "Which greeting gets customers to write?",
    hypothesis: "Customers who are offered topics describe their problem at once.",
    kind: "prompt",
    metrics: [{ metric: "task_success", role: "primary" }],
    rule: { type: "best_arm", tolerance: 0 },
    allocation: { type: "adaptive", algorithm: "top_two", phaseSeconds: 60 },
    minimumUnits: 500,
    plannedUnits: 6_000,
  },
  units: 2_400,
};

/** Not started yet. */
export const warmerTone: Story = {
  config: {
    key: "order-status",
    name: "Order status",
    description: "Tells customers where their parcel is.",
    value: {
      model: "claude-3-haiku",
      provider: "anthropic",
      system_prompt: "State the status of the order in one sentence.",
      prompt: "{{order}}",
      parameters: { temperature: 0.2, max_tokens: 120 },
    },
    note: "First version",
  },
  versions: [
    {
      value: {
        model: "claude-3-haiku",
        provider: "anthropic",
        system_prompt: "Tell the customer warmly where the parcel is, and what happens next.",
        prompt: "{{order}}",
        parameters: { temperature: 0.2, max_tokens: 120 },
      },
      note: "Warmer",
    },
  ],
  live: [],
  arms: [
    { key: "plain", weight: 0.5, version: 1, recorded: {} },
    { key: "warm", weight: 0.5, version: 2, recorded: {} },
  ],
  experiment: {
    key: "warmer-order-status",
    name: "Does a warmer tone satisfy more?",
    hypothesis: "Customers rate the answer higher when it says what happens next.",
    kind: "system_prompt",
    metrics: [
      { metric: "user_satisfaction", role: "primary" },
      { metric: "task_success", role: "secondary" },
      { metric: "refusal", role: "guardrail", margin: { kind: "absolute", value: 0.01 } },
    ],
    minimumUnits: 1_000,
    maximumUnits: 8_000,
  },
  units: 0,
};
