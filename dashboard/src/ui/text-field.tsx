import { TextField as Primitive } from "@kobalte/core/text-field";
import { Show } from "solid-js";
import "#dashboard/styles/field.css";
import "./text-field.css";

/** A labeled line or block of text, with help below and an error in its place when there is one. */
export function TextField(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  help?: string | undefined;
  error?: string | undefined;
  placeholder?: string | undefined;
  /** More than one line: how many to start with. */
  rows?: number;
  monospaced?: boolean;
  required?: boolean;
  name?: string;
  /** Shown behind the field: a unit. */
  unit?: string | undefined;
  /** What the browser lets people enter; by default any text. */
  type?: "text" | "datetime-local";
  /** The label is read out but not shown. */
  labelHidden?: boolean;
}) {
  return (
    <Primitive
      class="field"
      value={props.value}
      onChange={props.onChange}
      validationState={props.error === undefined ? "valid" : "invalid"}
      required={props.required ?? false}
    >
      <Primitive.Label class={props.labelHidden ? "visually-hidden" : "field-label"}>
        {props.label}
      </Primitive.Label>
      <span class="field-affix">
        <Show
          when={props.rows}
          fallback={
            <Primitive.Input
              class="field-control"
              type={props.type ?? "text"}
              name={props.name}
              placeholder={props.placeholder}
              data-monospaced={props.monospaced ? "" : undefined}
              autocomplete="off"
            />
          }
        >
          {(rows) => (
            <Primitive.TextArea
              class="field-control"
              name={props.name}
              placeholder={props.placeholder}
              rows={rows()}
              data-monospaced={props.monospaced ? "" : undefined}
            />
          )}
        </Show>
        <Show when={props.unit}>
          <span class="field-unit">{props.unit}</span>
        </Show>
      </span>
      <Show when={props.help}>
        <Primitive.Description class="field-help">{props.help}</Primitive.Description>
      </Show>
      <Primitive.ErrorMessage class="field-error">{props.error}</Primitive.ErrorMessage>
    </Primitive>
  );
}
