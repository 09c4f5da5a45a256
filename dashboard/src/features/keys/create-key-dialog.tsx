import { createSignal, For, Match, Show, Switch } from "solid-js";
import { checkInput, issueAt, refusedFields } from "#dashboard/data/form-issues.ts";
import { useCreateKey } from "#dashboard/data/keys.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { scopeWords } from "#dashboard/format/scope-words.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Dialog } from "#dashboard/ui/dialog.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import { apiKeyInputSchema, type KeyScope, keyScopeSchema } from "#model/key/api-key.ts";
import { failure } from "#shared/result.ts";
import { daysIssues, noBounds, toBounds } from "./key-bounds-draft.ts";
import { KeyBoundsFields } from "./key-bounds-fields.tsx";
import { NewSecret } from "./new-secret.tsx";
import "#dashboard/styles/field.css";
import "#dashboard/styles/dialog.css";
import "./create-key-dialog.css";

/** Asks for a name, a scope and bounds, then shows the secret this once. */
export function CreateKeyDialog(props: { onClose: () => void }) {
  const create = useCreateKey();
  const [name, setName] = createSignal("");
  const [scope, setScope] = createSignal<KeyScope>("server");
  const [bounds, setBounds] = createSignal(noBounds);
  const [tried, setTried] = createSignal(false);
  const [stored, setStored] = createSignal(false);
  const [reminded, setReminded] = createSignal(false);
  const checked = () => {
    const input = { name: name().trim(), scope: scope(), ...toBounds(bounds(), scope(), Date.now()) };
    const result = checkInput(apiKeyInputSchema, input);
    const issues = [
      ...daysIssues(bounds()),
      ...(result.ok ? [] : result.error.filter(({ path }) => path !== "/expiresAt")),
    ];
    return issues.length === 0 ? result : failure(issues);
  };
  const issues = () => {
    const result = checked();
    return tried() && !result.ok ? result.error : refusedFields(create.error);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const result = checked();
    if (result.ok && !create.isPending) create.mutate(result.value);
  };
  // The secret is gone with the dialog: it only closes once somebody says that they have it.
  const close = () => {
    if (create.data && !stored()) setReminded(true);
    else props.onClose();
  };
  return (
    <Dialog open onClose={close} title={create.data ? "Store this secret now" : "New API key"}>
      <Switch>
        <Match when={create.data}>
          {(key) => (
            <NewSecret
              secret={key().secret}
              stored={stored()}
              reminded={reminded()}
              onStored={setStored}
              onDone={close}
            />
          )}
        </Match>
        <Match when={true}>
          <form class="stack" onSubmit={submit} novalidate>
            <TextField
              label="Name"
              value={name()}
              onChange={setName}
              required
              help="Who or what uses it, for example “Support app, production”."
              error={issueAt(issues(), "/name")}
            />
            <fieldset class="scope-choices">
              <legend>Scope</legend>
              <For each={keyScopeSchema.options}>
                {(option) => (
                  <label class="choice">
                    <input
                      type="radio"
                      name="scope"
                      value={option}
                      checked={scope() === option}
                      onChange={() => setScope(option)}
                    />
                    <span>
                      {scopeWords[option].name}
                      <span class="scope-purpose">{scopeWords[option].purpose}</span>
                    </span>
                  </label>
                )}
              </For>
            </fieldset>
            <KeyBoundsFields draft={bounds()} scope={scope()} issues={issues()} onChange={setBounds} />
            <Show when={create.error}>
              {(error) => (
                <p class="field-error" role="alert">
                  The key was not created. {explain(error())}
                </p>
              )}
            </Show>
            <div class="dialog-actions">
              <Button onClick={props.onClose}>Cancel</Button>
              <Button type="submit" kind="primary" busy={create.isPending}>
                Create key
              </Button>
            </div>
          </form>
        </Match>
      </Switch>
    </Dialog>
  );
}
