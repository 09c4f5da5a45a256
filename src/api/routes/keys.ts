import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { keyListSchema } from "#contract/lists.ts";
import { quarantineKey } from "#lifecycle/quarantine-key.ts";
import {
  apiKeyInputSchema,
  apiKeySchema,
  createdApiKeySchema,
  quarantineInputSchema,
  quarantineReplySchema,
} from "#model/key/api-key.ts";
import { err, ok } from "#shared/result.ts";
import { createApiKey, listApiKeys, revokeApiKey } from "#store/keys.ts";
import { hashSecret } from "../auth/authorize.ts";
import { defineRoute } from "../http/route.ts";

const SECRET_BYTES = 24;

function newSecret(scope: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return `bk_${scope}_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

const tag = "Keys";

export const keyRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/keys",
    scope: "admin",
    tag,
    summary: "All API keys, without their secrets",
    reply: keyListSchema,
    handle: async ({ context }) => ok({ json: { keys: await listApiKeys(context.database) } }),
  }),
  defineRoute({
    method: "POST",
    path: "/v1/keys",
    scope: "admin",
    tag,
    summary: "Creates an API key; its secret is shown this once",
    body: apiKeyInputSchema,
    reply: createdApiKeySchema,
    status: 201,
    async handle({ body, context: { database, actor, now } }) {
      const secret = newSecret(body.scope);
      const key = { id: uuidv7({ msecs: now }), ...body, hash: await hashSecret(secret) };
      const created = await createApiKey(database, key, actor, now);
      return ok({ json: { ...created, secret }, status: 201 });
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/keys/:id/quarantine",
    scope: "admin",
    tag,
    summary:
      "Leaves out everything that came by a key from a moment on: totals are rebuilt from the log without it",
    parameters: z.object({ id: z.string().min(1).max(64) }),
    body: quarantineInputSchema,
    reply: quarantineReplySchema,
    async handle({ parameters, body, context: { database, environment, actor, now } }) {
      const { from, reason } = body;
      if (from > now) {
        const issue = { path: "/from", code: "in_future", message: "a quarantine begins now or before" };
        return err("invalid_input", "The quarantine is impossible.", [issue]);
      }
      const act = { actor, reason, now };
      const done = await quarantineKey(environment.AGGREGATOR, database, parameters.id, from, act);
      return done.ok ? ok({ json: done.value }) : done;
    },
  }),
  defineRoute({
    method: "DELETE",
    path: "/v1/keys/:id",
    scope: "admin",
    tag,
    summary: "Revokes an API key",
    parameters: z.object({ id: z.string().min(1).max(64) }),
    reply: apiKeySchema,
    async handle({ parameters, context: { database, actor, now } }) {
      const revoked = await revokeApiKey(database, parameters.id, actor, now);
      return revoked.ok ? ok({ json: revoked.value }) : revoked;
    },
  }),
];
