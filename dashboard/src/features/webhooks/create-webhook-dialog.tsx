import { createSignal, For, Match, Show, Switch } from "solid-js";
import { checkInput, issueAt, refusedFields } from "#dashboard/data/form-issues.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { useCreateWebhook } from "#dashboard/data/webhooks.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Dialog } from "#dashboard/ui/dialog.tsx";
import { Segmented } from "#dashboard/ui/segmented.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import { type MessageType, messageTypeSchema } from "#model/webhook/message.ts";
import { type Webhook, webhookInputSchema } from "#model/webhook/webhook.ts";
import { NewSecret } from "../keys/new-secret.tsx";
import { messageWords } from "./message-words.ts";
import "#dashboard/styles/field.css";
import "#dashboard/styles/dialog.css";
import "#dashboard/styles/choice-grid.css";

const KINDS = [
  { value: "standard", label: "Signed JSON" },
  { value: "slack", label: "Slack" },
] as const;

/** Asks where messages go and of what, then shows the secret this once. Slack's address is its secret: nothing is shown then. */
export function CreateWebhookDialog(props: { onClose: () => void }) {
  const create = useCreateWebhook();
  const [name, setName] = createSignal("");
  const [kind, setKind] = createSignal<Webhook["kind"]>("standard");
  const [url, setUrl] = createSignal("");
  const [types, setTypes] = createSignal<readonly MessageType[]>(messageTypeSchema.options);
  const [tried, setTried] = createSignal(false);
  const [stored, setStored] = createSignal(false);
  const [reminded, setReminded] = createSignal(false);
  const checked = () =>
    checkInput(webhookInputSchema, {
      name: name().trim(),
      kind: kind(),
      url: url().trim(),
      types: [...types()],
    });
  const issues = () => {
    const result = checked();
    return tried() && !result.ok ? result.error : refusedFields(create.error);
  };
  const toggle = (type: MessageType, on: boolean) =>
    setTypes(messageTypeSchema.options.filter((one) => (one === type ? on : types().includes(one))));
  const secret = () => create.data?.secret ?? undefined;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const result = checked();
    if (!result.ok || create.isPending) return;
    create.mutate(result.value, {
      onSuccess: (webhook) => {
        if (webhook.secret === null) props.onClose();
      },
    });
  };
  const close = () => {
    if (secret() !== undefined && !stored()) setReminded(true);
    else props.onClose();
  };
  return (
    <Dialog open onClose={close} title={secret() === undefined ? "New webhook" : "Store this secret now"}>
      <Switch>
        <Match when={secret()}>
          {(text) => (
            <NewSecret
              secret={text()}
              about="Copy the secret now: your receiver checks by it that a message is from Bakeoff. It is not shown again. If you lose it, make a new one on this page."
              stored={stored()}
              reminded={reminded()}
              onStored={setStored}
              onDone={close}
            />
          )}
        </Match>
        <Match when={true}>
          <form class="stack" onSubmit={submit} novalidate>
            <Segmented label="Kind" options={KINDS} value={kind()} onChange={setKind} />
            <TextField
              label="Name"
              value={name()}
              onChange={setName}
              required
              help="Who is told, for example “Deployments”."
              error={issueAt(issues(), "/name")}
            />
            <TextField
              label="Address"
              value={url()}
              onChange={setUrl}
              required
              help={
                kind() === "slack"
                  ? "Of an incoming webhook of Slack. It is a secret, so only its host is shown later."
                  : "An https address with a public name. Redirects are not followed."
              }
              error={issueAt(issues(), "/url")}
            />
            <fieldset class="choice-grid">
              <legend class="field-label">Messages</legend>
              <For each={messageTypeSchema.options}>
                {(type) => (
                  <label class="choice">
                    <input
                      type="checkbox"
                      checked={types().includes(type)}
                      onChange={(event) => toggle(type, event.currentTarget.checked)}
                    />
                    <span>{messageWords[type]}</span>
                  </label>
                )}
              </For>
              <Show when={issueAt(issues(), "/types")}>
                <p class="field-error">Choose at least one.</p>
              </Show>
            </fieldset>
            <Show when={create.error}>
              {(error) => (
                <p class="field-error" role="alert">
                  The webhook was not created. {explain(error())}
                </p>
              )}
            </Show>
            <div class="dialog-actions">
              <Button onClick={props.onClose}>Cancel</Button>
              <Button type="submit" kind="primary" busy={create.isPending}>
                Create webhook
              </Button>
            </div>
          </form>
        </Match>
      </Switch>
    </Dialog>
  );
}
