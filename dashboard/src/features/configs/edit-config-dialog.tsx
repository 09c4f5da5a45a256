import { createSignal, Show } from "solid-js";
import { useUpdateConfig } from "#dashboard/data/configs.ts";
import { checkInput, issueAt, refusedFields } from "#dashboard/data/form-issues.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Dialog } from "#dashboard/ui/dialog.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import { type AiConfig, aiConfigUpdateSchema } from "#model/config/ai-config.ts";
import "#dashboard/styles/field.css";
import "#dashboard/styles/dialog.css";

/** Changes what an AI config is called and what it is for; what apps get stays as it is. */
export function EditConfigDialog(props: { config: AiConfig; onClose: () => void }) {
  const update = useUpdateConfig(() => props.config.key);
  const [name, setName] = createSignal(props.config.name);
  const [description, setDescription] = createSignal(props.config.description);
  const input = () => ({ name: name().trim(), description: description().trim() });
  const checked = () => checkInput(aiConfigUpdateSchema, input());
  const issues = () => {
    const result = checked();
    return result.ok ? refusedFields(update.error) : result.error;
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (checked().ok && !update.isPending) update.mutate(input(), { onSuccess: props.onClose });
  };
  return (
    <Dialog open onClose={props.onClose} title="Name and description">
      <form class="stack" onSubmit={submit} novalidate>
        <TextField
          label="Display name"
          value={name()}
          onChange={setName}
          required
          error={issueAt(issues(), "/name")}
        />
        <TextField
          label="Description"
          value={description()}
          onChange={setDescription}
          rows={4}
          help="Where your app uses it and who owns it."
          error={issueAt(issues(), "/description")}
        />
        <p class="field-help">
          The key <code>{props.config.key}</code>cannot be changed, because apps use it.
        </p>
        <Show when={update.error}>
          {(error) => (
            <p class="field-error" role="alert">
              Not saved. {explain(error())}
            </p>
          )}
        </Show>
        <div class="dialog-actions">
          <Button onClick={props.onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={update.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
