import { createSignal, createUniqueId, For, Show } from "solid-js";
import { useOverrideUnit } from "#dashboard/data/experiment-changes.ts";
import { checkInput, issueAt, refusedFields } from "#dashboard/data/form-issues.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";
import { overrideInputSchema } from "#model/experiment/override.ts";
import "#dashboard/styles/field.css";
import "./override-dialog.css";

/** No variant has this key: keys have no spaces. */
const EXCLUDED = "no variant";

/** Asks which unit is forced to which variant, or excluded. */
export function OverrideDialog(props: {
  /** As it was when the dialog was opened. */
  experiment: Experiment;
  onClose: () => void;
}) {
  const { experiment } = props;
  const override = useOverrideUnit();
  const [unit, setUnit] = createSignal("");
  const [choice, setChoice] = createSignal(EXCLUDED);
  const [note, setNote] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const group = createUniqueId();
  const options = [
    { value: EXCLUDED, label: "Excluded from the experiment" },
    ...experiment.spec.variants.map(({ key, name }) => ({ value: key, label: name ?? key })),
  ];
  const checked = () =>
    checkInput(overrideInputSchema, {
      unit: unit(),
      variant: choice() === EXCLUDED ? null : choice(),
      note: note().trim(),
    });
  const issues = () => {
    const result = checked();
    return tried() && !result.ok ? result.error : refusedFields(override.error);
  };
  const submit = () => {
    setTried(true);
    const result = checked();
    if (result.ok) override.mutate({ experiment, ...result.value }, { onSuccess: props.onClose });
  };
  return (
    <ConfirmDialog
      open
      title="Override a unit?"
      confirm="Override the unit"
      busy={override.isPending}
      onConfirm={submit}
      onClose={props.onClose}
    >
      <p>
        The unit gets what you choose instead of what its hash says. From then on its exposures and outcomes
        are refused, so that it counts nowhere. What it did before stays in the results.
      </p>
      <TextField
        label="Unit"
        value={unit()}
        onChange={setUnit}
        required
        help="As your app sends it, such as a user id. Only a hash of it is stored."
        error={issueAt(issues(), "/unit")}
      />
      <fieldset class="override-choices">
        <legend class="field-label">Gets</legend>
        <For each={options}>
          {({ value, label }) => (
            <label class="override-choice">
              <input
                type="radio"
                name={group}
                checked={choice() === value}
                onChange={() => setChoice(value)}
              />
              {label}
            </label>
          )}
        </For>
      </fieldset>
      <TextField
        label="Note"
        value={note()}
        onChange={setNote}
        help="Whose unit it is: the list shows this, not the unit."
        error={issueAt(issues(), "/note")}
      />
      <Show when={override.error}>
        {(error) => (
          <p class="field-error" role="alert">
            Not overridden. {explain(error())}
          </p>
        )}
      </Show>
    </ConfirmDialog>
  );
}
