import { v7 as uuidv7 } from "uuid";
import { deleteKey, getKeys, postKey, postQuarantine } from "#contract/keys.ts";
import { quarantineKey } from "#lifecycle/quarantine-key.ts";
import { err, ok } from "#shared/result.ts";
import { createApiKey, listApiKeys, revokeApiKey } from "#store/keys.ts";
import { hashSecret } from "../auth/authorize.ts";
import { handle } from "../http/route.ts";

const SECRET_BYTES = 24;

function newSecret(scope: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return `bk_${scope}_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export const keyRoutes = [
  handle(getKeys, async ({ context: { services } }) => ok({ keys: await listApiKeys(services.database) })),
  handle(postKey, async ({ body, context: { services, act, now } }) => {
    const secret = newSecret(body.scope);
    const key = { id: uuidv7({ msecs: now }), ...body, hash: await hashSecret(secret) };
    const created = await createApiKey(services.database, key, act());
    return created.ok ? ok({ ...created.value, secret }) : created;
  }),
  handle(postQuarantine, ({ parameters, body: { from, reason }, context: { services, act, now } }) => {
    if (from > now) {
      const issue = { path: "/from", code: "in_future", message: "a quarantine begins now or before" };
      return err("invalid_input", "The quarantine is impossible.", [issue]);
    }
    return quarantineKey(services, parameters.id, from, act(reason));
  }),
  handle(deleteKey, ({ parameters, context: { services, act } }) =>
    revokeApiKey(services.database, parameters.id, act()),
  ),
];
