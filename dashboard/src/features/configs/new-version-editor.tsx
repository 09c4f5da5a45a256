import { createMemo, createSignal, Show } from "solid-js";
import { ConfigValueDiff } from "#dashboard/config-value/config-value-diff.tsx";
import { readConfigValueDraft, toConfigValueDraft } from "#dashboard/config-value/config-value-draft.ts";
import { ConfigValueEditor } from "#dashboard/config-value/config-value-editor.tsx";
import { useAddVersion } from "#dashboard/data/configs.ts";
import { checkInput, issueAt } from "#dashboard/data/form-issues.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import { useLeaveGuard } from "#dashboard/ui/use-leave-guard.ts";
import { type AiConfig, type AiConfigVersion, aiConfigVersionInputSchema } from "#model/config/ai-config.ts";
import { refusedValueIssues } from "./refused-value.ts";
import "./config-page.css";
import "#dashboard/styles/field.css";

/** Writes the next version, starting from any earlier one, with what changes against it beside. */
export function NewVersionEditor(props: {
  config: AiConfig;
  from: AiConfigVersion;
  versions: readonly AiConfigVersion[];
  unavailable: string | undefined;
  /** @param saved the new version's number, undefined when nothing was saved */
  onClose: (saved?: number) => void;
}) {
  const add = useAddVersion(() => props.config.key);
  const start = toConfigValueDraft(props.from.value);
  const [draft, setDraft] = createSignal(start);
  const [note, setNote] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const content = createMemo(() => readConfigValueDraft(draft()));
  const checkedNote = () => checkInput(aiConfigVersionInputSchema.shape.note, note().trim());
  const isChanged = () => JSON.stringify(draft()) !== JSON.stringify(start) || note().trim() !== "";
  const issues = () => {
    const result = content();
    if (!result.ok) return tried() ? result.error : [];
    return refusedValueIssues(add.error);
  };
  const noteIssue = () => {
    const result = checkedNote();
    return result.ok ? undefined : issueAt(result.error, "");
  };
  const release = useLeaveGuard(isChanged, "Leave without saving this version?");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const value = content();
    if (props.unavailable !== undefined || !value.ok || !checkedNote().ok || add.isPending) return;
    add.mutate(
      { value: value.value, note: note().trim() },
      {
        onSuccess: ({ version }) => {
          release();
          props.onClose(version);
        },
      },
    );
  };
  const next = () => (props.versions[0]?.version ?? 0) + 1;
  return (
    <form class="config-columns" onSubmit={submit} novalidate>
      <div class="stack">
        <h2>
          New version {next()}, starting from version {props.from.version}
        </h2>
        <ConfigValueEditor draft={draft()} onChange={setDraft} issues={issues()} takesFocus />
      </div>
      <div class="stack config-side">
        <Panel title={`Changes from version ${props.from.version}`}>
          <Show when={content()} keyed>
            {(result) =>
              result.ok ? (
                <ConfigValueDiff
                  before={props.from.value}
                  after={result.value}
                  beforeLabel={`Version ${props.from.version}`}
                  afterLabel={`Version ${next()}`}
                />
              ) : (
                <p class="muted">Fix the errors in the form to see the changes.</p>
              )
            }
          </Show>
        </Panel>
        <Panel title="Save">
          <div class="stack">
            <TextField
              label="Note"
              value={note()}
              onChange={setNote}
              rows={3}
              help="What you changed and why. A version cannot be edited after saving."
              error={noteIssue()}
            />
            <p class="field-help">
              Saving does not affect users. The version is used once you make it live or an experiment assigns
              it.
            </p>
            <Show when={tried() && !content().ok}>
              <p class="field-error" role="alert">
                Not saved. Fix the marked fields.
              </p>
            </Show>
            <Show when={add.error}>
              {(error) => (
                <p class="field-error" role="alert">
                  Not saved. {explain(error())}
                </p>
              )}
            </Show>
            <div class="cluster">
              <Button type="submit" kind="primary" busy={add.isPending} unavailable={props.unavailable}>
                Save version {next()}
              </Button>
              <Button onClick={() => props.onClose()}>Cancel</Button>
            </div>
          </div>
        </Panel>
      </div>
    </form>
  );
}
