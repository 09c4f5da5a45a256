import * as z from "zod";
import { jsonObjectSchema, jsonValueSchema } from "#shared/json.ts";
import {
  descriptionSchema,
  displayNameSchema,
  epochMillisecondsSchema,
  resourceKeySchema,
} from "../identifiers.ts";

const promptTextSchema = z.string().min(1).max(100_000);

const messageSchema = z.strictObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: promptTextSchema,
});

const parametersSchema = z
  .object({
    temperature: z.number().min(0).max(2).optional(),
    top_p: z.number().gt(0).max(1).optional(),
    top_k: z.int().positive().optional(),
    max_tokens: z.int().positive().max(10_000_000).optional(),
    frequency_penalty: z.number().min(-2).max(2).optional(),
    presence_penalty: z.number().min(-2).max(2).optional(),
    stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(16)]).optional(),
    seed: z.int().optional(),
  })
  .catchall(jsonValueSchema);

const contextSchema = z
  .object({
    strategy: z.string().min(1).max(100).optional(),
    top_k: z.int().nonnegative().max(10_000).optional(),
    chunk_size: z.int().positive().optional(),
    chunk_overlap: z.int().nonnegative().optional(),
    reranker: z.string().min(1).max(200).optional(),
  })
  .catchall(jsonValueSchema)
  .refine(
    (value) =>
      value.chunk_overlap === undefined ||
      value.chunk_size === undefined ||
      value.chunk_overlap < value.chunk_size,
    {
      path: ["chunk_overlap"],
      message: "chunks may not overlap by their whole size",
    },
  );

/**
 * What one version of an AI config holds. Field names are the ones LLM providers use, so that an app can spread
 * `parameters` into its own call. Unknown models and extra parameters are fine, malformed values are not.
 */
export const configValueSchema = z
  .strictObject({
    model: z.string().min(1).max(200).optional(),
    provider: z.string().min(1).max(100).optional(),
    messages: z.array(messageSchema).min(1).max(100).optional(),
    prompt: promptTextSchema.optional(),
    system_prompt: promptTextSchema.optional(),
    parameters: parametersSchema.optional(),
    context: contextSchema.optional(),
    extra: jsonObjectSchema.optional(),
    /** What browsers may read. Anything else but model, provider and sampling parameters is told to servers only. */
    public: jsonObjectSchema.optional(),
  })
  .refine((value) => Object.values(value).some((part) => part !== undefined), {
    message: "a config value may not be empty",
  })
  .refine((value) => value.messages === undefined || value.prompt === undefined, {
    path: ["prompt"],
    message: "give either messages or prompt, not both",
  })
  .meta({ id: "ConfigValue" });
export type ConfigValue = z.infer<typeof configValueSchema>;

/** The parameters that say how a model samples, all of them numbers. */
const SAMPLING_PARAMETERS = [
  "temperature",
  "top_p",
  "top_k",
  "max_tokens",
  "frequency_penalty",
  "presence_penalty",
  "seed",
] as const;

/**
 * What of a config value a browser may be handed: model, provider, numeric sampling parameters, and what the version marks
 * `public`. What is not on this list never leaves to a client key.
 */
export function publicPartOf({ model, provider, parameters, public: marked }: ConfigValue): ConfigValue {
  const sampling = SAMPLING_PARAMETERS.flatMap((name) => {
    const value = parameters?.[name];
    return typeof value === "number" ? [[name, value] as const] : [];
  });
  return {
    ...(model !== undefined && { model }),
    ...(provider !== undefined && { provider }),
    ...(sampling.length > 0 && { parameters: Object.fromEntries(sampling) }),
    ...(marked !== undefined && { public: marked }),
  };
}

export const configVersionNumberSchema = z.int().positive();

export const aiConfigVersionSchema = z
  .strictObject({
    version: configVersionNumberSchema,
    value: configValueSchema,
    note: descriptionSchema,
    createdAt: epochMillisecondsSchema,
    createdBy: z.string(),
  })
  .meta({ id: "AiConfigVersion" });
export type AiConfigVersion = z.infer<typeof aiConfigVersionSchema>;

export const aiConfigSchema = z
  .strictObject({
    key: resourceKeySchema,
    name: displayNameSchema,
    description: descriptionSchema,
    liveVersion: configVersionNumberSchema,
    createdAt: epochMillisecondsSchema,
    updatedAt: epochMillisecondsSchema,
    /** Since when lists hide it; null where they show it. What is archived goes on serving its live version. */
    archivedAt: epochMillisecondsSchema.nullable().default(null),
  })
  .meta({ id: "AiConfig" });
export type AiConfig = z.infer<typeof aiConfigSchema>;

/** Creates an AI config together with its first version, which is live at once. */
export const aiConfigInputSchema = z
  .strictObject({
    key: resourceKeySchema,
    name: displayNameSchema.optional(),
    description: descriptionSchema.default(""),
    value: configValueSchema,
    note: descriptionSchema.default(""),
  })
  .meta({ id: "AiConfigInput" });

export const aiConfigVersionInputSchema = z
  .strictObject({ value: configValueSchema, note: descriptionSchema.default("") })
  .meta({ id: "AiConfigVersionInput" });

export const aiConfigUpdateSchema = z
  .strictObject({
    name: displayNameSchema.optional(),
    description: descriptionSchema.optional(),
    /** Only one that nothing is active on can be archived. */
    archived: z.boolean().optional(),
  })
  .meta({ id: "AiConfigUpdate" });

export const liveVersionInputSchema = z
  .strictObject({ version: configVersionNumberSchema, reason: descriptionSchema.default("") })
  .meta({ id: "LiveVersionInput" });
