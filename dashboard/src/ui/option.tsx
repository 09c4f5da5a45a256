import { Item, ItemIndicator, ItemLabel } from "@kobalte/core/listbox";
import type { SelectRootItemComponentProps } from "@kobalte/core/select";
import { Show } from "solid-js";
import { Icon } from "./icon.tsx";
import "#dashboard/styles/menu.css";

export interface Option<Value extends string> {
  value: Value;
  label: string;
  /** A second line in the list. */
  detail?: string;
}

/** What fields with a list of choices have in common. */
export interface ChoiceProps<Value extends string> {
  label: string;
  options: readonly Option<Value>[];
  value: Value | null;
  onChange: (value: Value) => void;
  placeholder?: string | undefined;
  help?: string | undefined;
  error?: string | undefined;
  labelHidden?: boolean;
}

/** A choice in the list of a {@link Select} or {@link Combobox}. */
export function OptionItem(props: SelectRootItemComponentProps<Option<string>>) {
  return (
    <Item item={props.item} class="menu-item">
      <span>
        <ItemLabel>{props.item.rawValue.label}</ItemLabel>
        <Show when={props.item.rawValue.detail}>
          <span class="menu-reason">{props.item.rawValue.detail}</span>
        </Show>
      </span>
      <ItemIndicator>
        <Icon name="check" />
      </ItemIndicator>
    </Item>
  );
}
