import { z } from "zod";
import { configListSchema, configVersionListSchema } from "#contract/lists.ts";
import {
  aiConfigInputSchema,
  aiConfigSchema,
  aiConfigUpdateSchema,
  aiConfigVersionInputSchema,
  aiConfigVersionSchema,
  configVersionNumberSchema,
  liveVersionInputSchema,
} from "#model/config/ai-config.ts";
import { ok } from "#shared/result.ts";
import {
  addVersion,
  createConfig,
  findConfig,
  findVersion,
  listConfigs,
  listVersions,
  setLiveVersion,
  updateConfig,
} from "#store/configs.ts";
import { keyParameterSchema } from "../http/paging.ts";
import { defineRoute } from "../http/route.ts";

const tag = "AI configs";

export const configRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/configs",
    scope: "read",
    tag,
    summary: "All AI configs",
    reply: configListSchema,
    handle: async ({ context }) => ok({ json: { configs: await listConfigs(context.database) } }),
  }),
  defineRoute({
    method: "POST",
    path: "/v1/configs",
    scope: "admin",
    tag,
    summary: "Creates an AI config; its first version is live at once",
    body: aiConfigInputSchema,
    reply: aiConfigSchema,
    status: 201,
    async handle({ body, context: { database, actor, now } }) {
      const created = await createConfig(database, { ...body, name: body.name ?? body.key }, actor, now);
      return created.ok ? ok({ json: created.value, status: 201 }) : created;
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/configs/:key",
    scope: "read",
    tag,
    summary: "One AI config",
    parameters: keyParameterSchema,
    reply: aiConfigSchema,
    async handle({ parameters, context }) {
      const found = await findConfig(context.database, parameters.key);
      return found.ok ? ok({ json: found.value }) : found;
    },
  }),
  defineRoute({
    method: "PATCH",
    path: "/v1/configs/:key",
    scope: "admin",
    tag,
    summary: "Changes an AI config's name or description",
    parameters: keyParameterSchema,
    body: aiConfigUpdateSchema,
    reply: aiConfigSchema,
    async handle({ parameters, body, context: { database, actor, now } }) {
      const updated = await updateConfig(database, parameters.key, body, actor, now);
      return updated.ok ? ok({ json: updated.value }) : updated;
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/configs/:key/versions",
    scope: "read",
    tag,
    summary: "The versions of an AI config, newest first",
    parameters: keyParameterSchema,
    reply: configVersionListSchema,
    async handle({ parameters, context }) {
      const versions = await listVersions(context.database, parameters.key);
      return versions.ok ? ok({ json: { versions: versions.value } }) : versions;
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/configs/:key/versions",
    scope: "admin",
    tag,
    summary: "Adds a version, which nobody gets until an experiment or a person says so",
    parameters: keyParameterSchema,
    body: aiConfigVersionInputSchema,
    reply: aiConfigVersionSchema,
    status: 201,
    async handle({ parameters, body, context: { database, actor, now } }) {
      const added = await addVersion(database, parameters.key, body, actor, now);
      return added.ok ? ok({ json: added.value, status: 201 }) : added;
    },
  }),
  defineRoute({
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
    async handle({ parameters, context }) {
      const found = await findVersion(context.database, parameters.key, parameters.version);
      return found.ok ? ok({ json: found.value }) : found;
    },
  }),
  defineRoute({
    method: "PUT",
    path: "/v1/configs/:key/live",
    scope: "admin",
    tag,
    summary: "Makes a version live",
    parameters: keyParameterSchema,
    body: liveVersionInputSchema,
    reply: aiConfigSchema,
    async handle({ parameters, body, context: { database, actor, now } }) {
      const updated = await setLiveVersion(database, parameters.key, body, actor, now);
      return updated.ok ? ok({ json: updated.value }) : updated;
    },
  }),
];
