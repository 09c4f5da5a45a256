import { useQuery } from "@tanstack/solid-query";
import { createEffect, createSignal, Match, Show, Switch } from "solid-js";
import { useCommands } from "#dashboard/app/commands/registry.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { sessionQueries, useCanEdit, useEditRefusal } from "#dashboard/data/session.ts";
import { useChangeWebhook, useDeleteWebhook, useTestWebhook, useWebhooks } from "#dashboard/data/webhooks.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import { LoadedList } from "#dashboard/ui/loaded-list.tsx";
import { Notice } from "#dashboard/ui/notice.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import type { Webhook } from "#model/webhook/webhook.ts";
import { CreateWebhookDialog } from "./create-webhook-dialog.tsx";
import { DeliveriesDialog } from "./deliveries-dialog.tsx";
import { RotateSecretDialog } from "./rotate-secret-dialog.tsx";
import { WebhookTable } from "./webhook-table.tsx";
import "#dashboard/styles/page-header.css";

/** Who is told what happens: webhooks and Slack. */
export default function WebhooksPage() {
  const session = useQuery(() => sessionQueries.current());
  const canEdit = useCanEdit();
  const refusal = useEditRefusal();
  const query = useWebhooks();
  const test = useTestWebhook();
  const switchOn = useChangeWebhook("switched on");
  const switchOff = useChangeWebhook("switched off");
  const remove = useDeleteWebhook();
  const [creating, setCreating] = createSignal(false);
  const [removing, setRemoving] = createSignal<Webhook>();
  const [rotating, setRotating] = createSignal<Webhook>();
  const [opened, setOpened] = createSignal<Webhook>();
  const webhooks = () => loadedData(query)?.webhooks ?? [];
  createEffect(() => {
    document.title = "Webhooks · Bakeoff";
  });
  useCommands([
    {
      id: "webhooks.create",
      title: "Create a webhook",
      group: "This page",
      run: () => setCreating(canEdit()),
    },
  ]);
  return (
    <>
      <PageHeader title="Webhooks">
        <span class="header-actions">
          <Button kind="primary" icon="plus" unavailable={refusal()} onClick={() => setCreating(true)}>
            New webhook
          </Button>
        </span>
      </PageHeader>
      <Switch>
        <Match when={session.data && !canEdit()}>
          <Notice icon="bell" tone="neutral" title="Only admins can see webhooks">
            <p>Your key is read-only. Sign in with an admin key to see webhooks.</p>
          </Notice>
        </Match>
        <Match when={true}>
          <LoadedList
            query={query}
            loading="Loading webhooks"
            isEmpty={webhooks().length === 0}
            empty={
              <Notice icon="bell" tone="neutral" title="No webhooks yet">
                <p>
                  Bakeoff can tell your systems, or a channel in Slack, when experiments start, win, are held
                  or rolled back, and how releases go on.
                </p>
              </Notice>
            }
          >
            <WebhookTable
              webhooks={webhooks()}
              onTest={(webhook) => test.mutate(webhook)}
              onDeliveries={setOpened}
              onRotate={setRotating}
              onSwitch={(webhook, enabled) =>
                (enabled ? switchOn : switchOff).mutate({ webhook, patch: { enabled } })
              }
              onRemove={setRemoving}
            />
          </LoadedList>
        </Match>
      </Switch>
      <Show when={creating()}>
        <CreateWebhookDialog onClose={() => setCreating(false)} />
      </Show>
      <Show when={rotating()}>
        {(webhook) => <RotateSecretDialog webhook={webhook()} onClose={() => setRotating(undefined)} />}
      </Show>
      <Show when={opened()}>
        {(webhook) => <DeliveriesDialog webhook={webhook()} onClose={() => setOpened(undefined)} />}
      </Show>
      <Show when={removing()}>
        {(webhook) => (
          <ConfirmDialog
            open
            title={`Remove ${webhook().name}?`}
            confirm="Remove webhook"
            danger
            onConfirm={() => {
              remove.mutate(webhook());
              setRemoving(undefined);
            }}
            onClose={() => setRemoving(undefined)}
          >
            <p>Nothing more is sent to it, and what waits is dropped. This cannot be undone.</p>
          </ConfirmDialog>
        )}
      </Show>
    </>
  );
}
