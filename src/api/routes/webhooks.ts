import { readWebhookSettings, type WebhookSettings } from "#config";
import {
  deleteWebhook as deleteWebhookEndpoint,
  getDeliveries,
  getWebhooks,
  patchWebhook,
  postRepeat,
  postWebhook,
  postWebhookTest,
} from "#contract/webhooks.ts";
import { deliverDue, deliverOne } from "#lifecycle/webhooks/deliver.ts";
import { newWebhookSecret } from "#lifecycle/webhooks/sign.ts";
import { testMessageOf } from "#lifecycle/webhooks/test-message.ts";
import { refuseAddress } from "#model/webhook/address.ts";
import { log } from "#shared/log.ts";
import { err, type Failure, ok } from "#shared/result.ts";
import { listDeliveries, putClaimed, repeatDelivery } from "#store/webhook-outbox.ts";
import { changeWebhook, createWebhook, deleteWebhook, findReceiver, listWebhooks } from "#store/webhooks.ts";
import { handle, type RequestContext } from "../http/route.ts";

function refuseUrl(url: string, { allowsOwnMachine }: WebhookSettings): Failure | undefined {
  const message = refuseAddress(url, allowsOwnMachine);
  const issue = { path: "/url", code: "address_not_allowed", message: message ?? "" };
  return message === undefined
    ? undefined
    : err("invalid_input", "Nothing is sent to this address.", [issue]);
}

function sendInBackground({ environment, execution, services }: RequestContext): void {
  const sent = deliverDue(services.database, readWebhookSettings(environment), Date.now);
  execution.waitUntil(sent.catch((cause: unknown) => log("error", "messages could not be sent", { cause })));
}

export const webhookRoutes = [
  handle(getWebhooks, async ({ context: { services } }) =>
    ok({ webhooks: await listWebhooks(services.database) }),
  ),
  handle(postWebhook, async ({ body, context: { environment, services, act } }) => {
    const refusal = refuseUrl(body.url, readWebhookSettings(environment));
    if (refusal) return refusal;
    const secret = body.kind === "standard" ? newWebhookSecret() : null;
    const created = await createWebhook(services.database, body, secret, act());
    return created.ok ? ok({ ...created.value, secret }) : created;
  }),
  handle(patchWebhook, async ({ parameters, body, context }) => {
    const { environment, services, act, now } = context;
    const refusal =
      body.url === undefined ? undefined : refuseUrl(body.url, readWebhookSettings(environment));
    if (refusal) return refusal;
    const receiver = await findReceiver(services.database, parameters.id, now);
    if (!receiver.ok) return receiver;
    if (body.rotateSecret && receiver.value.kind === "slack")
      return err("invalid_input", "The webhook has no secret.", [
        {
          path: "/rotateSecret",
          code: "no_secret",
          message: "Slack's webhooks have no secret but their address",
        },
      ]);
    const secret = body.rotateSecret ? newWebhookSecret() : null;
    const changed = await changeWebhook(services.database, parameters.id, body, secret, act());
    return changed.ok ? ok({ ...changed.value, secret }) : changed;
  }),
  handle(deleteWebhookEndpoint, ({ parameters, context: { services, act } }) =>
    deleteWebhook(services.database, parameters.id, act()),
  ),
  handle(postWebhookTest, async ({ parameters: { id }, context: { environment, services, now } }) => {
    const { database } = services;
    const receiver = await findReceiver(database, id, now);
    if (!receiver.ok) return receiver;
    const delivery = await putClaimed(database, id, testMessageOf(id, now));
    const settings = readWebhookSettings(environment);
    const sent = delivery && (await deliverOne(database, receiver.value, delivery, settings, Date.now));
    return sent ? ok(sent) : err("webhook_not_found", "The webhook was removed meanwhile.");
  }),
  handle(getDeliveries, async ({ parameters: { id }, query, context: { services, now } }) => {
    const receiver = await findReceiver(services.database, id, now);
    if (!receiver.ok) return receiver;
    return ok({ deliveries: await listDeliveries(services.database, id, query) });
  }),
  handle(postRepeat, async ({ parameters: { id, delivery }, context }) => {
    const repeated = await repeatDelivery(context.services.database, id, delivery, context.now);
    if (repeated.ok) sendInBackground(context);
    return repeated;
  }),
];
