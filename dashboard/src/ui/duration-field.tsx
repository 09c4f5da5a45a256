import { Select } from "./select.tsx";
import { TextField } from "./text-field.tsx";
import "./duration-field.css";

const units = [
  { value: "minutes", label: "minutes" },
  { value: "hours", label: "hours" },
  { value: "days", label: "days" },
] as const;

/** A time span as it is typed. */
export interface Duration {
  amount: string;
  unit: (typeof units)[number]["value"];
}

export function isDuration(value: unknown): value is Duration {
  if (typeof value !== "object" || value === null || !("amount" in value && "unit" in value)) return false;
  return typeof value.amount === "string" && units.some((unit) => unit.value === value.unit);
}

/** A time span: a number and what it counts. */
export function DurationField(props: {
  label: string;
  value: Duration;
  onChange: (value: Duration) => void;
  help?: string | undefined;
  error?: string | undefined;
}) {
  return (
    <div class="duration-field">
      <TextField
        label={props.label}
        value={props.value.amount}
        onChange={(amount) => props.onChange({ ...props.value, amount })}
        help={props.help}
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
