import { DropdownMenu } from "@kobalte/core/dropdown-menu";
import { For, Show } from "solid-js";
import { Icon, type IconName } from "./icon.tsx";
import "#dashboard/styles/button.css";
import "#dashboard/styles/menu.css";

export interface MenuItem {
  label: string;
  icon?: IconName;
  danger?: boolean;
  /** Why it cannot be chosen now. */
  unavailable?: string | undefined;
  onSelect: () => void;
}

/** A button that opens a short list of actions. */
export function Menu(props: { label: string; icon?: IconName; items: readonly MenuItem[] }) {
  return (
    <DropdownMenu gutter={4} placement="bottom-end">
      <DropdownMenu.Trigger class="button" data-kind="plain">
        <Show when={props.icon}>{(name) => <Icon name={name()} />}</Show>
        {props.label}
        <Icon name="expand" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class="menu">
          <For each={props.items}>
            {(item) => (
              <DropdownMenu.Item
                class="menu-item"
                data-danger={item.danger ? "" : undefined}
                disabled={item.unavailable !== undefined}
                onSelect={() => item.onSelect()}
              >
                <Show when={item.icon}>{(name) => <Icon name={name()} />}</Show>
                <span>
                  {item.label}
                  <Show when={item.unavailable}>
                    <span class="menu-reason">{item.unavailable}</span>
                  </Show>
                </span>
              </DropdownMenu.Item>
            )}
          </For>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  );
}
