import * as z from "zod";
import {
  deliverySchema,
  webhookInputSchema,
  webhookPatchSchema,
  webhookSchema,
  webhookWithSecretSchema,
} from "#model/webhook/webhook.ts";
import { endpoint } from "./endpoint.ts";
import { timePageSchema } from "./parameters.ts";

const tag = "Webhooks";
const idSchema = z.string().min(1).max(64);
const parameters = z.object({ id: idSchema });

export const getWebhooks = endpoint({
  method: "GET",
  path: "/v1/webhooks",
  scope: "admin",
  tag,
  summary: "All webhooks, without their secrets",
  reply: z.strictObject({ webhooks: z.array(webhookSchema) }),
});

export const postWebhook = endpoint({
  method: "POST",
  path: "/v1/webhooks",
  scope: "admin",
  tag,
  summary: "Adds a webhook; its secret is shown this once",
  body: webhookInputSchema,
  reply: webhookWithSecretSchema,
  status: 201,
});

export const patchWebhook = endpoint({
  method: "PATCH",
  path: "/v1/webhooks/:id",
  scope: "admin",
  tag,
  summary: "Changes a webhook, makes a new secret, or switches it on or off",
  parameters,
  body: webhookPatchSchema,
  reply: webhookWithSecretSchema,
});

export const deleteWebhook = endpoint({
  method: "DELETE",
  path: "/v1/webhooks/:id",
  scope: "admin",
  tag,
  summary: "Removes a webhook with its deliveries",
  parameters,
  reply: webhookSchema,
});

export const postWebhookTest = endpoint({
  method: "POST",
  path: "/v1/webhooks/:id/test",
  scope: "admin",
  tag,
  summary: "Sends a test message at once, and says what came of it",
  parameters,
  reply: deliverySchema,
});

export const getDeliveries = endpoint({
  method: "GET",
  path: "/v1/webhooks/:id/deliveries",
  scope: "admin",
  tag,
  summary: "What was sent to a webhook, or waits, the newest first",
  parameters,
  query: timePageSchema.omit({ before: true }).extend({
    /** A delivery's id; only older ones are listed. */
    before: idSchema.optional(),
  }),
  reply: z.strictObject({ deliveries: z.array(deliverySchema) }),
});

export const postRepeat = endpoint({
  method: "POST",
  path: "/v1/webhooks/:id/deliveries/:delivery/repeat",
  scope: "admin",
  tag,
  summary: "Sends a message once more, with the same id",
  parameters: z.object({ id: idSchema, delivery: idSchema }),
  reply: deliverySchema,
});
