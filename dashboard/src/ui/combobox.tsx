import { Combobox as Primitive } from "@kobalte/core/combobox";
import { createMemo, Show } from "solid-js";
import { Icon } from "./icon.tsx";
import { type ChoiceProps, type Option, OptionItem } from "./option.tsx";
import "#dashboard/styles/button.css";
import "./combobox.css";
import "#dashboard/styles/field.css";
import "#dashboard/styles/menu.css";

/** A choice is found by what it is called and by what is said of it. */
function textOf({ label, detail }: Option<string>): string {
  return detail === undefined ? label : `${label} ${detail}`;
}

/**
 * One of many choices, found by typing. The list opens before there is anything to choose from: choices that arrive
 * later appear in it.
 */
export function Combobox<Value extends string>(
  props: ChoiceProps<Value> & {
    /** What the list says while there are no choices at all. */
    empty?: string;
  },
) {
  // The input forgets what is being typed when another choice comes: the same one, read again, must not be another.
  const selection = createMemo(() => props.options.find(({ value }) => value === props.value) ?? null, null, {
    equals: (before, after) => before?.value === after?.value && before?.label === after?.label,
  });
  return (
    <Primitive<Option<Value>>
      class="field"
      options={[...props.options]}
      optionValue="value"
      optionTextValue={textOf}
      optionLabel="label"
      value={selection()}
      onChange={(option) => option && props.onChange(option.value)}
      disallowEmptySelection
      allowsEmptyCollection
      triggerMode="focus"
      placeholder={props.placeholder ?? "Type to search…"}
      validationState={props.error === undefined ? "valid" : "invalid"}
      gutter={4}
      itemComponent={OptionItem}
    >
      <Primitive.Label class={props.labelHidden ? "visually-hidden" : "field-label"}>
        {props.label}
      </Primitive.Label>
      <Primitive.Control class="combobox-control">
        <Primitive.Input class="field-control" />
        <Primitive.Trigger class="icon-button" aria-label={`Show all: ${props.label}`}>
          <Icon name="expand" />
        </Primitive.Trigger>
      </Primitive.Control>
      <Show when={props.help}>
        <Primitive.Description class="field-help">{props.help}</Primitive.Description>
      </Show>
      <Primitive.ErrorMessage class="field-error">{props.error}</Primitive.ErrorMessage>
      <Primitive.Portal>
        <Primitive.Content class="menu">
          <Primitive.Listbox class="combobox-choices" />
          <p class="combobox-empty" role="status">
            {props.options.length === 0 ? (props.empty ?? "No options yet.") : "No matches."}
          </p>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive>
  );
}
