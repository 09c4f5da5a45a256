import * as z from "zod";
import {
  aiConfigInputSchema,
  aiConfigSchema,
  aiConfigUpdateSchema,
  aiConfigVersionInputSchema,
  aiConfigVersionSchema,
  configVersionNumberSchema,
  liveVersionInputSchema,
} from "#model/config/ai-config.ts";
import { endpoint } from "./endpoint.ts";
import { configListSchema, configVersionListSchema } from "./lists.ts";
import { archivedQuerySchema, keyParameterSchema, versionPageSchema } from "./parameters.ts";

const tag = "AI configs";

export const getConfigs = endpoint({
  method: "GET",
  path: "/v1/configs",
  scope: "read",
  tag,
  summary: "All AI configs; those that are archived only with `archived=true`",
  query: archivedQuerySchema,
  reply: configListSchema,
});

export const postConfig = endpoint({
  method: "POST",
  path: "/v1/configs",
  scope: "admin",
  tag,
  summary: "Creates an AI config; its first version is live at once",
  body: aiConfigInputSchema,
  reply: aiConfigSchema,
  status: 201,
});

export const getConfig = endpoint({
  method: "GET",
  path: "/v1/configs/:key",
  scope: "read",
  tag,
  summary: "One AI config",
  parameters: keyParameterSchema,
  reply: aiConfigSchema,
});

export const patchConfig = endpoint({
  method: "PATCH",
  path: "/v1/configs/:key",
  scope: "admin",
  tag,
  summary: "Changes an AI config's name or description, or archives it",
  parameters: keyParameterSchema,
  body: aiConfigUpdateSchema,
  reply: aiConfigSchema,
});

export const deleteConfig = endpoint({
  method: "DELETE",
  path: "/v1/configs/:key",
  scope: "admin",
  tag,
  summary: "Deletes an AI config that no experiment, holdout or release has ever used",
  parameters: keyParameterSchema,
  reply: aiConfigSchema,
});

export const getConfigVersions = endpoint({
  method: "GET",
  path: "/v1/configs/:key/versions",
  scope: "read",
  tag,
  summary: "The versions of an AI config, newest first, up to 50 at once",
  parameters: keyParameterSchema,
  query: versionPageSchema,
  reply: configVersionListSchema,
});

export const postConfigVersion = endpoint({
  method: "POST",
  path: "/v1/configs/:key/versions",
  scope: "admin",
  tag,
  summary: "Adds a version, which nobody gets until an experiment or a person says so",
  parameters: keyParameterSchema,
  body: aiConfigVersionInputSchema,
  reply: aiConfigVersionSchema,
  status: 201,
});

export const getConfigVersion = endpoint({
  method: "GET",
  path: "/v1/configs/:key/versions/:version",
  scope: "read",
  tag,
  summary: "One version of an AI config",
  parameters: keyParameterSchema.extend({
    version: z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number)
      .pipe(configVersionNumberSchema),
  }),
  reply: aiConfigVersionSchema,
});

export const putLiveVersion = endpoint({
  method: "PUT",
  path: "/v1/configs/:key/live",
  scope: "admin",
  tag,
  summary: "Makes a version live",
  parameters: keyParameterSchema,
  body: liveVersionInputSchema,
  reply: aiConfigSchema,
});
