import { createSignal, Show } from "solid-js";
import { checkInput, issueAt, refusedFields } from "#dashboard/data/form-issues.ts";
import { useQuarantineKey } from "#dashboard/data/keys.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { toLocalMinute } from "#dashboard/format/time.ts";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import { type ApiKey, quarantineInputSchema } from "#model/key/api-key.ts";
import "#dashboard/styles/field.css";

/** From when on what came by a key is left out, and what that does. */
export function QuarantineKeyDialog(props: { apiKey: ApiKey; onClose: () => void }) {
  const quarantine = useQuarantineKey();
  const [from, setFrom] = createSignal(toLocalMinute(props.apiKey.createdAt));
  const [reason, setReason] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const checked = () =>
    checkInput(quarantineInputSchema, { from: Date.parse(from()), reason: reason().trim() });
  const issues = () => {
    const result = checked();
    return tried() && !result.ok ? result.error : refusedFields(quarantine.error);
  };
  const submit = () => {
    setTried(true);
    const result = checked();
    if (!result.ok) return;
    quarantine.mutate({ apiKey: props.apiKey, ...result.value }, { onSuccess: props.onClose });
  };
  return (
    <ConfirmDialog
      open
      title={`Quarantine ${props.apiKey.name}?`}
      confirm="Quarantine key"
      danger
      busy={quarantine.isPending}
      onConfirm={submit}
      onClose={props.onClose}
    >
      <p>
        Data sent with this key since then is removed from all results, and affected experiments are
        recomputed from the event log. The key stops working. This cannot be undone.
      </p>
      <TextField
        label="From"
        type="datetime-local"
        value={from()}
        onChange={setFrom}
        required
        help="In your time zone. Defaults to when the key was created."
        error={issueAt(issues(), "/from")}
      />
      <TextField
        label="Reason"
        value={reason()}
        onChange={setReason}
        help="Recorded in the audit log."
        error={issueAt(issues(), "/reason")}
      />
      <Show when={quarantine.error}>
        {(error) => (
          <p class="field-error" role="alert">
            The key was not quarantined. {explain(error())}
          </p>
        )}
      </Show>
    </ConfirmDialog>
  );
}
