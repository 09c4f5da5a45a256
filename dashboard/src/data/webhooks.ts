import { queryOptions, useQuery } from "@tanstack/solid-query";
import {
  deleteWebhook,
  getDeliveries,
  getWebhooks,
  patchWebhook,
  postRepeat,
  postWebhook,
  postWebhookTest,
} from "#contract/webhooks.ts";
import type { Webhook, WebhookInput, WebhookPatch } from "#model/webhook/webhook.ts";
import { api } from "./api.ts";
import { SLOW_POLL_MILLISECONDS } from "./polling.ts";
import { useCanEdit } from "./session.ts";
import { useAction } from "./use-action.ts";

const DELIVERIES_SHOWN = 50;

const webhookQueries = {
  list: () =>
    queryOptions({
      queryKey: ["webhooks"],
      queryFn: ({ signal }) => api.call(getWebhooks, { signal }),
      refetchInterval: SLOW_POLL_MILLISECONDS,
    }),
  deliveries: (id: string) =>
    queryOptions({
      queryKey: ["webhooks", id, "deliveries"],
      queryFn: ({ signal }) =>
        api.call(getDeliveries, { params: { id }, query: { limit: String(DELIVERIES_SHOWN) }, signal }),
      refetchInterval: SLOW_POLL_MILLISECONDS,
    }),
};

/** All webhooks; only admins may read them, so nobody else asks. */
export function useWebhooks() {
  const canEdit = useCanEdit();
  return useQuery(() => ({ ...webhookQueries.list(), enabled: canEdit() }));
}

/** What was sent to a webhook, the newest first. */
export function useDeliveries(id: string) {
  return useQuery(() => webhookQueries.deliveries(id));
}

const invalidates = () => [["webhooks"], ["audit"]] as const;

/** Adds a webhook. Its answer is the only place where the secret appears: it is not cached. */
export function useCreateWebhook() {
  return useAction({
    run: (input: WebhookInput) => api.call(postWebhook, { body: input }),
    invalidates,
  });
}

export function useChangeWebhook(done: string) {
  return useAction({
    run: ({ webhook, patch }: { webhook: Webhook; patch: WebhookPatch }) =>
      api.call(patchWebhook, { params: { id: webhook.id }, body: patch }),
    invalidates,
    done: ({ name }) => `${name} ${done}`,
    failed: "Not changed",
  });
}

/** Makes a new secret. Its answer is the only place where that appears: it is not cached. */
export function useRotateSecret() {
  return useAction({
    run: ({ id }: Webhook) => api.call(patchWebhook, { params: { id }, body: { rotateSecret: true } }),
    invalidates,
  });
}

export function useDeleteWebhook() {
  return useAction({
    run: ({ id }: Webhook) => api.call(deleteWebhook, { params: { id } }),
    invalidates,
    done: ({ name }) => `${name} removed`,
    failed: "Not removed",
  });
}

/** Sends a test message at once. */
export function useTestWebhook() {
  return useAction({
    run: async ({ id, name }: Webhook) => {
      const delivery = await api.call(postWebhookTest, { params: { id } });
      const { state, lastStatus, lastError } = delivery;
      if (state !== "delivered") throw new Error(`${name}: ${lastError ?? `it answered ${lastStatus}`}`);
      return delivery;
    },
    invalidates,
    done: ({ lastStatus }, { name }) => `${name} took the test message and answered ${lastStatus}`,
    failed: "The test message was not delivered",
  });
}

/** Sends a message once more. */
export function useRepeatDelivery(webhook: string) {
  return useAction({
    run: ({ delivery }: { delivery: string }) => api.call(postRepeat, { params: { id: webhook, delivery } }),
    invalidates,
    done: () => "Message queued again",
    failed: "Not repeated",
  });
}
