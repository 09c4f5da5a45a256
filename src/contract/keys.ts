import * as z from "zod";
import {
  apiKeyInputSchema,
  apiKeySchema,
  createdApiKeySchema,
  quarantineInputSchema,
  quarantineReplySchema,
} from "#model/key/api-key.ts";
import { endpoint } from "./endpoint.ts";
import { keyListSchema } from "./lists.ts";

const tag = "Keys";
const idParameterSchema = z.object({ id: z.string().min(1).max(64) });

export const getKeys = endpoint({
  method: "GET",
  path: "/v1/keys",
  scope: "admin",
  tag,
  summary: "All API keys, without their secrets",
  reply: keyListSchema,
});

export const postKey = endpoint({
  method: "POST",
  path: "/v1/keys",
  scope: "admin",
  tag,
  summary: "Creates an API key; its secret is shown this once",
  body: apiKeyInputSchema,
  reply: createdApiKeySchema,
  status: 201,
});

export const postQuarantine = endpoint({
  method: "POST",
  path: "/v1/keys/:id/quarantine",
  scope: "admin",
  tag,
  summary:
    "Leaves out everything that came by a key from a moment on: totals are rebuilt from the log without it",
  parameters: idParameterSchema,
  body: quarantineInputSchema,
  reply: quarantineReplySchema,
});

export const deleteKey = endpoint({
  method: "DELETE",
  path: "/v1/keys/:id",
  scope: "admin",
  tag,
  summary: "Revokes an API key",
  parameters: idParameterSchema,
  reply: apiKeySchema,
});
