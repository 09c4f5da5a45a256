import type { ConfigValueDraft, ContextName, ParameterName } from "./config-value-draft.ts";

/** The parts of a config value as people see them; five of them are what experiments compare. */
export type ConfigPart = "model" | "prompt" | "system_prompt" | "parameters" | "context" | "extra";

export const partTitles: Record<ConfigPart, string> = {
  model: "Model",
  prompt: "Prompt",
  system_prompt: "System prompt",
  parameters: "Parameters",
  context: "Context and retrieval",
  extra: "Extra",
};

export const parameterFields: Record<ParameterName, { label: string; range: string }> = {
  temperature: { label: "Temperature", range: "0 to 2" },
  top_p: { label: "Top p", range: "Above 0, at most 1" },
  top_k: { label: "Top k", range: "1 or more" },
  max_tokens: { label: "Max tokens", range: "1 or more" },
  frequency_penalty: { label: "Frequency penalty", range: "−2 to 2" },
  presence_penalty: { label: "Presence penalty", range: "−2 to 2" },
  seed: { label: "Seed", range: "A whole number" },
};

export const contextLabels: Record<ContextName, string> = {
  strategy: "Strategy",
  top_k: "Passages (top k)",
  chunk_size: "Chunk size",
  chunk_overlap: "Chunk overlap",
  reranker: "Reranker",
};

const EMPTY = "Empty";

function countCharacters(text: string): string {
  return text === "" ? EMPTY : `${text.length.toLocaleString("en")} characters`;
}

function listGiven(texts: Record<string, string>, otherParameters: string): string {
  const filledTexts = Object.entries(texts).filter(([, text]) => text.trim() !== "");
  const words = filledTexts.map(([name, text]) => `${name} ${text}`);
  return [...words, ...(otherParameters.trim() === "" ? [] : ["…"])].join(", ") || EMPTY;
}

/** What each part holds, in a few words. */
export function summarizeParts(draft: ConfigValueDraft): Record<ConfigPart, string> {
  const messages = draft.messages.length;
  return {
    model: [draft.model, draft.provider].filter((text) => text !== "").join(" · ") || EMPTY,
    prompt:
      draft.promptForm === "prompt"
        ? countCharacters(draft.prompt)
        : messages === 0
          ? EMPTY
          : `${messages} ${messages === 1 ? "message" : "messages"}`,
    system_prompt: countCharacters(draft.systemPrompt),
    parameters: listGiven(draft.parameters, draft.otherParameters),
    context: listGiven(draft.context, draft.otherContext),
    extra: draft.extra.trim() === "" ? EMPTY : "JSON",
  };
}
