import { createSignal, Show } from "solid-js";
import { createStore, unwrap } from "solid-js/store";
import { ApiError } from "#contract/client.ts";
import {
  type ConfigValueDraft,
  readConfigValueDraft,
  toConfigValueDraft,
} from "#dashboard/config-value/config-value-draft.ts";
import { ConfigValueEditor } from "#dashboard/config-value/config-value-editor.tsx";
import { useCreateConfig } from "#dashboard/data/configs.ts";
import { useEditRefusal } from "#dashboard/data/session.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Combobox } from "#dashboard/ui/combobox.tsx";
import { DraftField } from "#dashboard/ui/draft-field.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { aiConfigInputSchema } from "#model/config/ai-config.ts";
import { type InputIssue, toInputIssues } from "#shared/input-issue.ts";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import "./variants-step.css";
import "./experiment-form.css";
import "#dashboard/styles/field.css";
import "./config-chooser.css";

/** Chooses the AI config that the experiment is about, or creates one right here. */
export function ConfigChooser(props: { form: ExperimentForm }) {
  const { draft, setDraft } = props.form;
  const [isCreating, setCreating] = createSignal(false);
  const options = () =>
    props.form.context().configs.map(({ key, name, liveVersion }) => ({
      value: key,
      label: name === key ? key : `${name} (${key})`,
      detail: `Live: version ${liveVersion}`,
    }));
  const choose = (key: string) => {
    if (key === draft.config) return;
    setDraft("config", key);
    setDraft("variants", () => true, { version: null, value: toConfigValueDraft(), created: null });
  };
  return (
    <Panel title="AI config">
      <p class="form-lead">Where your app calls the language model.</p>
      <Show
        when={props.form.context().editing === undefined}
        fallback={
          <p class="form-fixed">
            <code>{draft.config}</code>
            <span class="field-help">The AI config of an experiment cannot be changed.</span>
          </p>
        }
      >
        <div class="config-chooser">
          <div data-pointer="/config">
            <Combobox
              label="AI config"
              labelHidden
              options={options()}
              value={draft.config || null}
              onChange={choose}
              placeholder="Search your AI configs"
              error={props.form.errorAt("/config")}
            />
          </div>
          <Show when={!isCreating()}>
            <Button icon="plus" onClick={() => setCreating(true)}>
              Create an AI config
            </Button>
          </Show>
        </div>
        <Show when={isCreating()}>
          <NewConfig
            part={draft.kind}
            onCreated={(key) => {
              setCreating(false);
              choose(key);
            }}
            onCancel={() => setCreating(false)}
          />
        </Show>
      </Show>
    </Panel>
  );
}

function NewConfig(props: {
  part: ExperimentForm["draft"]["kind"];
  onCreated: (key: string) => void;
  onCancel: () => void;
}) {
  const refusal = useEditRefusal();
  const [input, setInput] = createStore<{ key: string; name: string; value: ConfigValueDraft }>({
    key: "",
    name: "",
    value: toConfigValueDraft(),
  });
  const [issues, setIssues] = createSignal<readonly InputIssue[]>([]);
  const creation = useCreateConfig();
  const errorAt = (pointer: string) => issues().find(({ path }) => path === pointer)?.message;
  const form = { draft: input, setDraft: setInput, errorAt };
  const valueIssues = () =>
    issues().flatMap((issue) =>
      issue.path.startsWith("/value") ? [{ ...issue, path: issue.path.slice("/value".length) }] : [],
    );
  const create = () => {
    const content = readConfigValueDraft(unwrap(input.value));
    const shape = aiConfigInputSchema
      .omit({ value: true })
      .safeParse({ key: input.key || undefined, name: input.name || undefined }, { reportInput: true });
    const newIssues = [
      ...(shape.success ? [] : toInputIssues(shape.error.issues)),
      ...(content.ok ? [] : content.error.map((issue) => ({ ...issue, path: `/value${issue.path}` }))),
    ];
    setIssues(newIssues);
    if (!content.ok || newIssues.length > 0) return;
    creation.mutate(
      { key: input.key, name: input.name || undefined, value: content.value },
      {
        onSuccess: ({ key }) => props.onCreated(key),
        onError: (error) => {
          if (!(error instanceof ApiError)) return;
          setIssues(
            error.issues.length > 0
              ? error.issues
              : [{ path: "/key", code: error.code, message: error.message }],
          );
        },
      },
    );
  };
  return (
    <section class="config-new" aria-label="New AI config">
      <div class="form-fields">
        <DraftField
          form={form}
          pointer="/key"
          label="Key of the new AI config"
          help="Your app requests the config by this key, for example support-answer."
          monospaced
        />
        <DraftField
          form={form}
          pointer="/name"
          label="Display name of the new AI config"
          help="Defaults to the key."
        />
      </div>
      <p class="form-hint">Version 1, live immediately. Enter what your app uses today.</p>
      <ConfigValueEditor
        draft={input.value}
        onChange={(value) => setInput("value", value)}
        issues={valueIssues()}
        part={props.part}
      />
      <Show when={creation.error && !(creation.error instanceof ApiError) && creation.error}>
        {(error) => <p class="field-error">{explain(error())}</p>}
      </Show>
      <div class="cluster">
        <Button kind="primary" busy={creation.isPending} onClick={create} unavailable={refusal()}>
          Create AI config
        </Button>
        <Button kind="quiet" onClick={props.onCancel}>
          Cancel
        </Button>
      </div>
    </section>
  );
}
