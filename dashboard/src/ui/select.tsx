import { Select as Primitive } from "@kobalte/core/select";
import { Show } from "solid-js";
import { Icon } from "./icon.tsx";
import { type ChoiceProps, type Option, OptionItem } from "./option.tsx";
import "#dashboard/styles/field.css";
import "#dashboard/styles/menu.css";
import "./select.css";

/** One of a few choices. For many use {@link Combobox}. */
export function Select<Value extends string>(props: ChoiceProps<Value>) {
  const selection = () => props.options.find(({ value }) => value === props.value) ?? null;
  return (
    <Primitive<Option<Value>>
      class="field"
      options={[...props.options]}
      optionValue="value"
      optionTextValue="label"
      value={selection()}
      onChange={(option) => option && props.onChange(option.value)}
      disallowEmptySelection
      placeholder={props.placeholder ?? "Choose…"}
      validationState={props.error === undefined ? "valid" : "invalid"}
      gutter={4}
      itemComponent={OptionItem}
    >
      <Primitive.Label class={props.labelHidden ? "visually-hidden" : "field-label"}>
        {props.label}
      </Primitive.Label>
      <Primitive.Trigger class="field-control select-trigger">
        <Primitive.Value<Option<Value>> class="select-value">
          {(state) => state.selectedOption().label}
        </Primitive.Value>
        <Primitive.Icon>
          <Icon name="expand" />
        </Primitive.Icon>
      </Primitive.Trigger>
      <Show when={props.help}>
        <Primitive.Description class="field-help">{props.help}</Primitive.Description>
      </Show>
      <Primitive.ErrorMessage class="field-error">{props.error}</Primitive.ErrorMessage>
      <Primitive.Portal>
        <Primitive.Content class="menu">
          <Primitive.Listbox />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive>
  );
}
