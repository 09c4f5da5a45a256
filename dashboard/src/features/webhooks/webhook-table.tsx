import { For, Show } from "solid-js";
import { useClock } from "#dashboard/data/clock.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { Badge } from "#dashboard/ui/badge.tsx";
import { Button } from "#dashboard/ui/button.tsx";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import { messageTypeSchema } from "#model/webhook/message.ts";
import type { Webhook } from "#model/webhook/webhook.ts";
import { ActorName } from "../audit/actor-name.tsx";
import { messageWords } from "./message-words.ts";
import { overlapOf } from "./overlap.ts";
import "#dashboard/styles/data-table.css";
import "./webhook-table.css";

function typesWords({ types }: Webhook): string {
  if (types.length === messageTypeSchema.options.length) return "All messages";
  return types.map((type) => messageWords[type]).join(" · ");
}

/** Every webhook, with what it is told and whether it takes it. */
export function WebhookTable(props: {
  webhooks: readonly Webhook[];
  onTest: (webhook: Webhook) => void;
  onDeliveries: (webhook: Webhook) => void;
  onRotate: (webhook: Webhook) => void;
  onSwitch: (webhook: Webhook, enabled: boolean) => void;
  onRemove: (webhook: Webhook) => void;
}) {
  const now = useClock();
  return (
    <div class="data-table-frame">
      <table class="data-table" data-stacks="">
        <caption class="visually-hidden">Webhooks</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Told of</th>
            <th scope="col">Status</th>
            <th scope="col">
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={props.webhooks}>
            {(webhook) => (
              <tr>
                <th scope="row" class="webhook-name">
                  <bdi>{webhook.name}</bdi>
                  <p class="webhook-note">
                    {webhook.kind === "slack" ? "Slack" : "Signed JSON"} · <code>{webhook.url}</code>
                  </p>
                </th>
                <td>
                  {typesWords(webhook)}
                  <p class="webhook-note">
                    Created <DateTime at={webhook.createdAt} /> by <ActorName actor={webhook.createdBy} />
                  </p>
                </td>
                <td>
                  <Show when={webhook.disabledAt} fallback={<Badge tone="better">On</Badge>}>
                    {(at) => (
                      <>
                        <Badge tone="caution">Off</Badge> <DateTime at={at()} />
                        <Show when={webhook.disabledReason}>
                          {(reason) => <p class="webhook-note">{reason()}</p>}
                        </Show>
                      </>
                    )}
                  </Show>
                  <Show when={overlapOf(webhook, now())}>
                    {(until) => (
                      <p class="webhook-note">Signed with two secrets until {formatDateTime(until())}</p>
                    )}
                  </Show>
                  <p class="webhook-note">
                    <Show when={webhook.lastDeliveredAt} fallback="Nothing delivered yet">
                      {(at) => (
                        <>
                          Last delivered <DateTime at={at()} />
                        </>
                      )}
                    </Show>
                  </p>
                </td>
                <td>
                  <div class="webhook-actions">
                    <Button
                      aria-label={`Send a test to ${webhook.name}`}
                      onClick={() => props.onTest(webhook)}
                    >
                      Send a test
                    </Button>
                    <Button
                      aria-label={`Deliveries to ${webhook.name}`}
                      onClick={() => props.onDeliveries(webhook)}
                    >
                      Deliveries…
                    </Button>
                    <Show when={webhook.kind === "standard"}>
                      <Button
                        aria-label={`New secret for ${webhook.name}`}
                        onClick={() => props.onRotate(webhook)}
                      >
                        New secret…
                      </Button>
                    </Show>
                    <Button
                      aria-label={`Switch ${webhook.name} ${webhook.disabledAt === null ? "off" : "on"}`}
                      onClick={() => props.onSwitch(webhook, webhook.disabledAt !== null)}
                    >
                      {webhook.disabledAt === null ? "Switch off" : "Switch on"}
                    </Button>
                    <Button
                      icon="trash"
                      aria-label={`Remove ${webhook.name}`}
                      onClick={() => props.onRemove(webhook)}
                    >
                      Remove…
                    </Button>
                  </div>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}
