import { createSignal, Show } from "solid-js";
import { useLabelExperiment } from "#dashboard/data/experiment-changes.ts";
import { checkInput, issueAt, refusedFields } from "#dashboard/data/form-issues.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";
import { labelsUpdateSchema } from "#model/experiment/labels.ts";
import "#dashboard/styles/field.css";

/** Asks for owner, tags and notes. */
export function LabelsDialog(props: {
  /** As it was when the dialog was opened. */
  experiment: Experiment;
  onClose: () => void;
}) {
  const { experiment } = props;
  const label = useLabelExperiment();
  const [owner, setOwner] = createSignal(experiment.labels.owner ?? "");
  const [tags, setTags] = createSignal(experiment.labels.tags.join(", "));
  const [notes, setNotes] = createSignal(experiment.labels.notes);
  const [tried, setTried] = createSignal(false);
  const checked = () =>
    checkInput(labelsUpdateSchema, {
      owner: owner().trim() || null,
      tags: tags()
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
      notes: notes(),
    });
  const issues = () => {
    const result = checked();
    return tried() && !result.ok ? result.error : refusedFields(label.error);
  };
  const tagsIssue = () =>
    issueAt(issues(), "/tags") ?? issues().find(({ path }) => path.startsWith("/tags/"))?.message;
  const submit = () => {
    setTried(true);
    const result = checked();
    if (result.ok) label.mutate({ experiment, update: result.value }, { onSuccess: props.onClose });
  };
  return (
    <ConfirmDialog
      open
      title="Owner, tags and notes"
      confirm="Save"
      busy={label.isPending}
      onConfirm={submit}
      onClose={props.onClose}
    >
      <TextField
        label="Owner"
        value={owner()}
        onChange={setOwner}
        help="The person or team that answers for it."
        error={issueAt(issues(), "/owner")}
      />
      <TextField
        label="Tags"
        value={tags()}
        onChange={setTags}
        help="Up to 10, separated by commas. The list of experiments finds them."
        error={tagsIssue()}
      />
      <TextField
        label="Notes"
        value={notes()}
        onChange={setNotes}
        rows={6}
        help="What was learned, what comes next."
        error={issueAt(issues(), "/notes")}
      />
      <Show when={label.error}>
        {(error) => (
          <p class="field-error" role="alert">
            Not saved. {explain(error())}
          </p>
        )}
      </Show>
    </ConfirmDialog>
  );
}
