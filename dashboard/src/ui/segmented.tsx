import { createUniqueId, For, Show } from "solid-js";
import type { Option } from "./option.tsx";
import "#dashboard/styles/field.css";
import "./segmented.css";

/** One of two to five choices, all in view: native radio buttons in a row. */
export function Segmented<Value extends string>(props: {
  label: string;
  options: readonly Option<Value>[];
  value: Value | null;
  onChange: (value: Value) => void;
  labelHidden?: boolean;
  help?: string | undefined;
  error?: string | undefined;
}) {
  const name = createUniqueId();
  return (
    <fieldset class="segmented">
      <legend class={props.labelHidden ? "visually-hidden" : "segmented-label"}>{props.label}</legend>
      <div class="segmented-row">
        <For each={props.options}>
          {(option) => (
            <label class="segmented-choice">
              <input
                type="radio"
                name={name}
                value={option.value}
                checked={props.value === option.value}
                onChange={() => props.onChange(option.value)}
              />
              <span>{option.label}</span>
            </label>
          )}
        </For>
      </div>
      <Show when={props.help}>
        <p class="field-help">{props.help}</p>
      </Show>
      <Show when={props.error}>
        <p class="field-error" role="alert">
          {props.error}
        </p>
      </Show>
    </fieldset>
  );
}
