import { createSignal, Show } from "solid-js";
import { useExcludeTimeRange } from "#dashboard/data/experiment-changes.ts";
import { checkInput, issueAt, refusedFields } from "#dashboard/data/form-issues.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { toLocalMinute } from "#dashboard/format/time.ts";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import { exclusionInputSchema } from "#model/experiment/exclusion.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { consequence } from "./action-words.ts";
import "./dialog-notes.css";
import "#dashboard/styles/field.css";

const HOUR_IN_MILLISECONDS = 3_600_000;

/** Asks from when until when nothing counts, and why. */
export function ExcludeDialog(props: {
  /** As it was when the dialog was opened. */
  experiment: Experiment;
  onClose: () => void;
}) {
  const { experiment } = props;
  const openedAt = Date.now();
  const exclude = useExcludeTimeRange();
  const [from, setFrom] = createSignal(
    toLocalMinute(Math.max(experiment.startedAt ?? 0, openedAt - HOUR_IN_MILLISECONDS)),
  );
  const [until, setUntil] = createSignal(toLocalMinute(openedAt));
  const [reason, setReason] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const checked = () =>
    checkInput(exclusionInputSchema, {
      from: Date.parse(from()),
      until: Date.parse(until()),
      reason: reason().trim(),
      revision: experiment.revision,
    });
  const issues = () => {
    const result = checked();
    return tried() && !result.ok ? result.error : refusedFields(exclude.error);
  };
  const submit = () => {
    setTried(true);
    const result = checked();
    if (result.ok) exclude.mutate({ experiment, ...result.value }, { onSuccess: props.onClose });
  };
  return (
    <ConfirmDialog
      open
      title="Exclude a time range?"
      confirm="Exclude time range"
      danger
      busy={exclude.isPending}
      onConfirm={submit}
      onClose={props.onClose}
    >
      <p class="dialog-subject">{experiment.spec.name}</p>
      <p>{consequence("exclude", experiment, 0)}</p>
      <TextField
        label="From"
        type="datetime-local"
        value={from()}
        onChange={setFrom}
        required
        help="In your time zone. This minute is excluded."
        error={issueAt(issues(), "/from")}
      />
      <TextField
        label="Until"
        type="datetime-local"
        value={until()}
        onChange={setUntil}
        required
        help="This minute is not excluded."
        error={issueAt(issues(), "/until")}
      />
      <TextField
        label="Reason"
        value={reason()}
        onChange={setReason}
        rows={2}
        help="Recorded with the experiment and in the audit log."
        error={tried() && reason().trim() === "" ? "Enter what went wrong." : issueAt(issues(), "/reason")}
      />
      <Show when={exclude.error}>
        {(error) => (
          <p class="field-error" role="alert">
            Not excluded. {explain(error())}
          </p>
        )}
      </Show>
    </ConfirmDialog>
  );
}
