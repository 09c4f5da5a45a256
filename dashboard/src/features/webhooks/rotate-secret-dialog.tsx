import { createSignal, Show } from "solid-js";
import { useClock } from "#dashboard/data/clock.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { useRotateSecret } from "#dashboard/data/webhooks.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Dialog } from "#dashboard/ui/dialog.tsx";
import type { Webhook } from "#model/webhook/webhook.ts";
import { NewSecret } from "../keys/new-secret.tsx";
import { overlapOf } from "./overlap.ts";
import "#dashboard/styles/field.css";
import "#dashboard/styles/dialog.css";

/** Makes a new secret for a webhook and shows it this once. For a day messages carry the signatures of both. */
export function RotateSecretDialog(props: { webhook: Webhook; onClose: () => void }) {
  const now = useClock();
  const rotate = useRotateSecret();
  const [stored, setStored] = createSignal(false);
  const [reminded, setReminded] = createSignal(false);
  const secret = () => rotate.data?.secret ?? undefined;
  const close = () => {
    if (secret() !== undefined && !stored()) setReminded(true);
    else props.onClose();
  };
  return (
    <Dialog
      open
      onClose={close}
      title={secret() === undefined ? `New secret for ${props.webhook.name}?` : "Store this secret now"}
    >
      <Show
        when={secret()}
        fallback={
          <div class="stack">
            <p>
              Messages carry the signatures of both secrets for a day, so that your receiver can change over
              without losing any.
            </p>
            <Show when={overlapOf(props.webhook, now())}>
              {(until) => (
                <p>
                  The secret before this one is in use until {formatDateTime(until())}: it ends at once, as
                  there are two at a time.
                </p>
              )}
            </Show>
            <Show when={rotate.error}>
              {(error) => (
                <p class="field-error" role="alert">
                  The secret was not changed. {explain(error())}
                </p>
              )}
            </Show>
            <div class="dialog-actions">
              <Button onClick={props.onClose}>Cancel</Button>
              <Button kind="primary" busy={rotate.isPending} onClick={() => rotate.mutate(props.webhook)}>
                Make a new secret
              </Button>
            </div>
          </div>
        }
      >
        {(text) => (
          <div class="stack">
            <Show when={rotate.data?.previousSecretUntil}>
              {(until) => (
                <p>Until {formatDateTime(until())} messages are signed with the former secret as well.</p>
              )}
            </Show>
            <NewSecret
              secret={text()}
              about="Copy the secret now and give it to your receiver. It is not shown again."
              stored={stored()}
              reminded={reminded()}
              onStored={setStored}
              onDone={close}
            />
          </div>
        )}
      </Show>
    </Dialog>
  );
}
