import { z } from "zod";
import { readNumberText } from "#dashboard/format/number-text.ts";
import { type ConfigValue, configValueSchema } from "#model/config/ai-config.ts";
import { type InputIssue, toInputIssues } from "#shared/input-issue.ts";
import { jsonObjectSchema } from "#shared/json.ts";
import { failure, ok, type Result } from "#shared/result.ts";

/** Parameters with a field of their own; all others are typed as JSON. */
export const parameterNames = [
  "temperature",
  "top_p",
  "top_k",
  "max_tokens",
  "frequency_penalty",
  "presence_penalty",
  "seed",
] as const;
export type ParameterName = (typeof parameterNames)[number];

/** Settings of retrieval with a field of their own. */
export const contextNames = ["strategy", "top_k", "chunk_size", "chunk_overlap", "reranker"] as const;
export type ContextName = (typeof contextNames)[number];

const textSchema = z.string();

const messageDraftSchema = z.strictObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: textSchema,
});

/** A config value while it is typed: everything is text, so that half a number or half an object is kept too. */
export const configValueDraftSchema = z.strictObject({
  model: textSchema,
  provider: textSchema,
  promptForm: z.enum(["prompt", "messages"]),
  prompt: textSchema,
  messages: z.array(messageDraftSchema),
  systemPrompt: textSchema,
  parameters: z.record(z.enum(parameterNames), textSchema),
  /** A JSON object, or nothing. */
  otherParameters: textSchema,
  context: z.record(z.enum(contextNames), textSchema),
  otherContext: textSchema,
  extra: textSchema,
});
export type ConfigValueDraft = z.infer<typeof configValueDraftSchema>;

/** Stored numbers as they would be typed. */
function textOf<Name extends string>(values: Partial<Record<Name, unknown>> | undefined, name: Name): string {
  const value = values?.[name];
  return value === undefined ? "" : String(value);
}

function otherThan(names: readonly string[], values: object | undefined): string {
  const rest = Object.entries(values ?? {}).filter(([name]) => !names.includes(name));
  return rest.length === 0 ? "" : JSON.stringify(Object.fromEntries(rest), null, 2);
}

/** @param value left out for an empty draft */
export function toConfigValueDraft(value: ConfigValue = {}): ConfigValueDraft {
  return {
    model: value.model ?? "",
    provider: value.provider ?? "",
    promptForm: value.messages ? "messages" : "prompt",
    prompt: value.prompt ?? "",
    messages: value.messages?.map((message) => ({ ...message })) ?? [],
    systemPrompt: value.system_prompt ?? "",
    parameters: {
      temperature: textOf(value.parameters, "temperature"),
      top_p: textOf(value.parameters, "top_p"),
      top_k: textOf(value.parameters, "top_k"),
      max_tokens: textOf(value.parameters, "max_tokens"),
      frequency_penalty: textOf(value.parameters, "frequency_penalty"),
      presence_penalty: textOf(value.parameters, "presence_penalty"),
      seed: textOf(value.parameters, "seed"),
    },
    otherParameters: otherThan(parameterNames, value.parameters),
    context: {
      strategy: textOf(value.context, "strategy"),
      top_k: textOf(value.context, "top_k"),
      chunk_size: textOf(value.context, "chunk_size"),
      chunk_overlap: textOf(value.context, "chunk_overlap"),
      reranker: textOf(value.context, "reranker"),
    },
    otherContext: otherThan(contextNames, value.context),
    extra: otherThan([], value.extra),
  };
}

function readObject(text: string, path: string, ownFields: readonly string[], issues: InputIssue[]) {
  if (text.trim() === "") return undefined;
  const refuse = (message: string) => void issues.push({ path, code: "not_an_object", message });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return refuse(`Invalid JSON: ${error instanceof Error ? error.message : "it cannot be parsed"}`);
  }
  const object = jsonObjectSchema.safeParse(parsed);
  if (!object.success) return refuse('Enter a JSON object, such as {"name": "value"}.');
  const duplicates = ownFields.filter((name) => name in object.data);
  if (duplicates.length > 0) return refuse(`${duplicates.join(", ")} has its own field. Enter it there.`);
  return object.data;
}

const orNothing = (text: string) => (text === "" ? undefined : text);

function withoutGaps(fields: object): object | undefined {
  const fieldEntries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return fieldEntries.length === 0 ? undefined : Object.fromEntries(fieldEntries);
}

/** Checks what was typed with the API's own schema. @returns the value, or what is wrong by JSON pointer */
export function readConfigValueDraft(draft: ConfigValueDraft): Result<ConfigValue, InputIssue[]> {
  const issues: InputIssue[] = [];
  const { strategy, reranker, ...numbers } = draft.context;
  const numbersOf = (texts: Record<string, string>) =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, readNumberText(text)]));
  const raw = withoutGaps({
    model: orNothing(draft.model),
    provider: orNothing(draft.provider),
    messages:
      draft.promptForm === "messages" && draft.messages.length > 0
        ? draft.messages.map(({ role, content }) => ({ role, content }))
        : undefined,
    prompt: draft.promptForm === "prompt" ? orNothing(draft.prompt) : undefined,
    system_prompt: orNothing(draft.systemPrompt),
    parameters: withoutGaps({
      ...numbersOf(draft.parameters),
      ...readObject(draft.otherParameters, "/parameters", parameterNames, issues),
    }),
    context: withoutGaps({
      strategy: orNothing(strategy),
      reranker: orNothing(reranker),
      ...numbersOf(numbers),
      ...readObject(draft.otherContext, "/context", contextNames, issues),
    }),
    extra: readObject(draft.extra, "/extra", [], issues),
  });
  const parsed = configValueSchema.safeParse(raw ?? {}, { reportInput: true });
  if (!parsed.success) issues.push(...toInputIssues(parsed.error.issues));
  return parsed.success && issues.length === 0 ? ok(parsed.data) : failure(issues);
}
