import { useNavigate } from "@solidjs/router";
import { createEffect, createMemo, createSignal, Show } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { readConfigValueDraft, toConfigValueDraft } from "#dashboard/config-value/config-value-draft.ts";
import { ConfigValueEditor } from "#dashboard/config-value/config-value-editor.tsx";
import { useCreateConfig } from "#dashboard/data/configs.ts";
import { checkInput, issueAt, refusedFields } from "#dashboard/data/form-issues.ts";
import { useCanEdit, useEditRefusal } from "#dashboard/data/session.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import { useLeaveGuard } from "#dashboard/ui/use-leave-guard.ts";
import { aiConfigInputSchema } from "#model/config/ai-config.ts";
import { refusedValueIssues } from "./refused-value.ts";
import "#dashboard/styles/field.css";
import "./config-page.css";

const identityInputSchema = aiConfigInputSchema.pick({ key: true, name: true, description: true });

/** Creates an AI config with its first version. */
export default function NewConfigPage() {
  const create = useCreateConfig();
  const navigate = useNavigate();
  const canEdit = useCanEdit();
  const refusal = useEditRefusal();
  const [key, setKey] = createSignal("");
  const [name, setName] = createSignal("");
  const [description, setDescription] = createSignal("");
  const [draft, setDraft] = createSignal(toConfigValueDraft());
  const [tried, setTried] = createSignal(false);
  const identity = createMemo(() =>
    checkInput(identityInputSchema, {
      key: key().trim(),
      ...(name().trim() !== "" && { name: name().trim() }),
      description: description().trim(),
    }),
  );
  const value = createMemo(() => readConfigValueDraft(draft()));
  const isEmpty = () => `${key()}${name()}${description()}` === "";
  const identityIssues = () => {
    const result = identity();
    if (!result.ok) return tried() ? result.error : [];
    return refusedFields(create.error);
  };
  const valueIssues = () => {
    const result = value();
    if (!result.ok) return tried() ? result.error : [];
    return refusedValueIssues(create.error);
  };
  createEffect(() => {
    document.title = "New AI config · Bakeoff";
  });
  const release = useLeaveGuard(() => !isEmpty(), "Leave without creating this AI config?");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const [checked, content] = [identity(), value()];
    if (!canEdit() || !checked.ok || !content.ok || create.isPending) return;
    const { key: chosenKey, name: chosenName, description: text } = checked.value;
    create.mutate(
      {
        key: chosenKey,
        ...(chosenName !== undefined && { name: chosenName }),
        description: text,
        value: content.value,
        note: "",
      },
      {
        onSuccess: () => {
          release();
          navigate(`${routes.config.path(chosenKey)}?tab=connect`);
        },
      },
    );
  };
  return (
    <>
      <PageHeader title="New AI config" />
      <form class="config-columns" onSubmit={submit} novalidate>
        <div class="stack">
          <Panel title="Basics">
            <div class="stack">
              <TextField
                label="Key"
                value={key()}
                onChange={setKey}
                required
                monospaced
                placeholder="support-answer"
                help="Your app requests the config by this key. It cannot be changed later."
                error={issueAt(identityIssues(), "/key")}
              />
              <TextField
                label="Display name"
                value={name()}
                onChange={setName}
                placeholder="Support answers"
                help="Defaults to the key."
                error={issueAt(identityIssues(), "/name")}
              />
              <TextField
                label="Description"
                value={description()}
                onChange={setDescription}
                rows={2}
                help="Where your app uses it and who owns it."
                error={issueAt(identityIssues(), "/description")}
              />
            </div>
          </Panel>
          <h2>Version 1</h2>
          <ConfigValueEditor draft={draft()} onChange={setDraft} issues={valueIssues()} />
        </div>
        <div class="config-side">
          <Panel title="Create">
            <div class="stack">
              <p class="field-help">
                Version 1 goes live immediately. Later versions reach users when you make them live or through
                an experiment.
              </p>
              <Show when={tried() && !(identity().ok && value().ok)}>
                <p class="field-error" role="alert">
                  Not created. Fix the marked fields.
                </p>
              </Show>
              <Show when={create.error}>
                {(error) => (
                  <p class="field-error" role="alert">
                    Not created. {explain(error())}
                  </p>
                )}
              </Show>
              <div class="cluster">
                <Button type="submit" kind="primary" busy={create.isPending} unavailable={refusal()}>
                  Create AI config
                </Button>
                <Button onClick={() => navigate(routes.configs.path())}>Cancel</Button>
              </div>
            </div>
          </Panel>
        </div>
      </form>
    </>
  );
}
