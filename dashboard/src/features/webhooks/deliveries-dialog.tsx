import { For, Match, Show, Switch } from "solid-js";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { useDeliveries, useRepeatDelivery } from "#dashboard/data/webhooks.ts";
import { Badge, type Tone } from "#dashboard/ui/badge.tsx";
import { Button } from "#dashboard/ui/button.tsx";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import { Dialog } from "#dashboard/ui/dialog.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import type { Delivery, Webhook } from "#model/webhook/webhook.ts";
import { plural } from "#reporter/numbers.ts";
import "#dashboard/styles/entry-list.css";

const stateLooks: Record<Delivery["state"], { tone: Tone; words: string }> = {
  pending: { tone: "accent", words: "Waiting" },
  delivered: { tone: "better", words: "Delivered" },
  failed: { tone: "worse", words: "Given up" },
};

/** What came of the last attempt. */
function attemptWords({ attempts, lastStatus, lastError }: Delivery): string {
  const tried = plural(String(attempts), "attempt");
  if (lastError !== null) return `${tried}: ${lastError}`;
  return lastStatus === null ? tried : `${tried}, answered ${lastStatus}`;
}

/** What was sent to a webhook, with a way to send it once more. */
export function DeliveriesDialog(props: { webhook: Webhook; onClose: () => void }) {
  const { webhook } = props;
  const query = useDeliveries(webhook.id);
  const repeat = useRepeatDelivery(webhook.id);
  const deliveries = () => loadedData(query)?.deliveries ?? [];
  return (
    <Dialog open onClose={props.onClose} title={`Deliveries to ${webhook.name}`} width="wide">
      <Switch>
        <Match when={query.isError && loadedData(query) === undefined && query.error}>
          {(error) => <QueryError error={error()} retry={() => void query.refetch()} />}
        </Match>
        <Match when={query.isPending}>
          <Skeleton label="Loading deliveries" rows={3} height="row" />
        </Match>
        <Match when={deliveries().length === 0}>
          <p class="muted">Nothing has been sent yet.</p>
        </Match>
        <Match when={true}>
          <ul class="entry-list">
            <For each={deliveries()}>
              {(delivery) => (
                <li>
                  <span class="entry-words">
                    <Badge tone={stateLooks[delivery.state].tone}>{stateLooks[delivery.state].words}</Badge>{" "}
                    <code>{delivery.type}</code>{" "}
                    <span class="muted">
                      <DateTime at={delivery.createdAt} /> · {attemptWords(delivery)}
                    </span>
                  </span>
                  <Show when={delivery.state !== "pending"}>
                    <Button
                      aria-label={`Repeat ${delivery.type}`}
                      busy={repeat.isPending}
                      onClick={() => repeat.mutate({ delivery: delivery.id })}
                    >
                      Repeat
                    </Button>
                  </Show>
                </li>
              )}
            </For>
          </ul>
        </Match>
      </Switch>
    </Dialog>
  );
}
