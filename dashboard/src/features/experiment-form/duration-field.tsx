import { Select } from "#dashboard/ui/select.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { DurationDraft } from "./draft/experiment-draft.ts";

const units = [
  { value: "minutes", label: "minutes" },
  { value: "hours", label: "hours" },
  { value: "days", label: "days" },
] as const;

/** A time span: a number and what it counts. */
export function DurationField(props: {
  label: string;
  value: DurationDraft;
  onChange: (value: DurationDraft) => void;
  help?: string;
  error?: string | undefined;
}) {
  return (
    <div class="duration-field">
      <TextField
        label={props.label}
        value={props.value.amount}
        onChange={(amount) => props.onChange({ ...props.value, amount })}
        {...(props.help !== undefined && { help: props.help })}
        error={props.error}
      />
      <Select
        label={`Unit of ${props.label.toLowerCase()}`}
        labelHidden
        options={units}
        value={props.value.unit}
        onChange={(unit) => props.onChange({ ...props.value, unit })}
      />
    </div>
  );
}
