import { createEffect, createSignal, on } from "solid-js";
import { TextField } from "./text-field.tsx";

/** What was typed as a number; undefined when it is none. A comma is no decimal point: it is refused, not guessed. */
function parseNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}

/**
 * A number that is typed. What is typed stays as it is; the caller hears the number, or null for an empty or unreadable
 * field.
 */
export function NumberField(props: {
  label: string;
  value: number | null;
  onChange: (value: number | null) => void;
  help?: string | undefined;
  error?: string | undefined;
  placeholder?: string | undefined;
  unit?: string | undefined;
  required?: boolean;
  labelHidden?: boolean;
}) {
  const [text, setText] = createSignal(props.value === null ? "" : String(props.value));
  createEffect(
    on(
      () => props.value,
      (value) => {
        if ((parseNumber(text()) ?? null) !== value) setText(value === null ? "" : String(value));
      },
      { defer: true },
    ),
  );
  const isUnreadable = () => text().trim() !== "" && parseNumber(text()) === undefined;
  return (
    <TextField
      label={props.label}
      value={text()}
      onChange={(typed) => {
        setText(typed);
        props.onChange(parseNumber(typed) ?? null);
      }}
      help={props.help}
      placeholder={props.placeholder}
      unit={props.unit}
      required={props.required ?? false}
      labelHidden={props.labelHidden ?? false}
      error={isUnreadable() ? "Enter a number." : props.error}
    />
  );
}
