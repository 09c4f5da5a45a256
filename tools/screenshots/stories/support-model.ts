import type { Story } from "../story.ts";

const system =
  "You are the support assistant of Northwind, an online shop for outdoor gear. Answer from the passages below and name " +
  "the article you used. If they do not hold the answer, say so and offer to hand over to a colleague.";
const prompt = "{{passages}}\n\nCustomer: {{question}}";
const context = {
  strategy: "hybrid",
  top_k: 6,
  chunk_size: 512,
  chunk_overlap: 64,
  reranker: "bge-reranker-v2",
};

const SAME_SPEED = "latency_llama2-70b/anyscale";
const FASTER = "latency_llama2-70b/groq";
const FEW_ERRORS = "temperature_high/t0.0";

/** The experiment that is shown in most detail: four arms, a winner, a loser and one that only saves money. */
export const supportModel: Story = {
  config: {
    key: "support-answer",
    name: "Support answers",
    description: "Answers customers' questions in the help widget, from the articles of the help center.",
    value: {
      model: "gpt-35-turbo",
      provider: "openai",
      system_prompt: "You are a friendly support assistant. Answer the customer's question.",
      prompt: "Customer: {{question}}",
      parameters: { temperature: 0.7, max_tokens: 600 },
    },
    note: "First version",
  },
  versions: [
    {
      value: {
        model: "gpt-4",
        provider: "openai",
        system_prompt:
          "You are a friendly support assistant. Answer the customer's question from the passages below.",
        prompt,
        parameters: { temperature: 0.7, max_tokens: 600 },
        context: { strategy: "vector", top_k: 4, chunk_size: 512 },
      },
      note: "Retrieval from the help center, with the larger model",
    },
    {
      value: {
        model: "gpt-4",
        provider: "openai",
        system_prompt: system,
        prompt,
        parameters: { temperature: 0.2, max_tokens: 600 },
        context,
      },
      note: "Names its sources, hands over when it does not know; cooler and reranked",
    },
    {
      value: {
        model: "gpt-4",
        provider: "openai",
        system_prompt: `${system} Be concise: three sentences at most.`,
        prompt,
        parameters: { temperature: 0.2, max_tokens: 240 },
        context,
      },
      note: "The same in three sentences",
    },
    {
      value: {
        model: "claude-3-opus",
        provider: "anthropic",
        system_prompt: system,
        prompt,
        parameters: { temperature: 0.2, max_tokens: 600 },
        context,
      },
      note: "Candidate for the better model",
    },
    {
      value: {
        model: "gpt-35-turbo",
        provider: "openai",
        system_prompt: system,
        prompt,
        parameters: { temperature: 0.2, max_tokens: 600 },
        context,
      },
      note: "How far does the small model get with the new instructions?",
    },
  ],
  live: [
    { version: 2, reason: "Answers were made up too often; now they come from the help center" },
    { version: 3, reason: "Reviewed with the support team: sources are named" },
  ],
  arms: [
    {
      key: "gpt-4",
      weight: 0.25,
      version: 3,
      recorded: {
        task_success: "prompt_cot_gpt-4/cot",
        cost_usd: "prompt_cot_gpt-4/cot",
        latency_ms: SAME_SPEED,
        ttft_ms: SAME_SPEED,
        error: FEW_ERRORS,
      },
    },
    {
      key: "gpt-4-concise",
      weight: 0.25,
      version: 4,
      recorded: {
        task_success: "prompt_cot_gpt-4/concise_cot",
        cost_usd: "prompt_cot_gpt-4/concise_cot",
        latency_ms: FASTER,
        ttft_ms: FASTER,
        error: FEW_ERRORS,
      },
    },
    {
      key: "claude-3-opus",
      weight: 0.25,
      version: 5,
      recorded: {
        task_success: "model_mcqa/claude-3-opus-20240229",
        cost_usd: "model_mcqa/claude-3-opus-20240229",
        latency_ms: SAME_SPEED,
        ttft_ms: SAME_SPEED,
        error: FEW_ERRORS,
      },
    },
    {
      key: "gpt-35-turbo",
      weight: 0.25,
      version: 6,
      recorded: {
        task_success: "model_mcqa/gpt-35-turbo",
        cost_usd: "model_mcqa/gpt-35-turbo",
        latency_ms: FASTER,
        ttft_ms: FASTER,
        error: FEW_ERRORS,
      },
    },
  ],
  experiment: {
    key: "support-model",
    name: "Which model solves most support questions?",
    hypothesis:
      "Claude 3 Opus resolves at least 3 of 100 conversations more than GPT-4, and is not slower. A concise GPT-4 might be as good for half the price.",
    kind: "model",
    metrics: [
      { metric: "task_success", role: "primary" },
      { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.02 } },
      { metric: "latency_ms", role: "guardrail", margin: { kind: "relative", value: 0.2 } },
      { metric: "latency_p95_ms", role: "secondary" },
      { metric: "cost_usd", role: "secondary" },
      { metric: "ttft_ms", role: "secondary" },
    ],
    minimumUnits: 12_000,
    maximumUnits: 20_000,
    plannedUnits: 12_000,
  },
  units: 9_600,
};
