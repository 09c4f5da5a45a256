import { Tabs as Primitive } from "@kobalte/core/tabs";
import { For, type JSX } from "solid-js";
import "./tabs.css";

export interface Tab<Value extends string> {
  value: Value;
  label: string;
  /** A count or a warning behind the label. */
  badge?: JSX.Element;
  content: () => JSX.Element;
}

/** Tabs whose choice the caller keeps, usually in the address. Only the chosen tab's content exists. */
export function Tabs<Value extends string>(props: {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  tabs: readonly Tab<Value>[];
}) {
  const choose = (value: string) => {
    const tab = props.tabs.find((candidate) => candidate.value === value);
    if (tab) props.onChange(tab.value);
  };
  return (
    <Primitive class="tabs" value={props.value} onChange={choose}>
      <Primitive.List class="tab-list" aria-label={props.label}>
        <For each={props.tabs}>
          {(tab) => (
            <Primitive.Trigger class="tab" value={tab.value}>
              {tab.label}
              {tab.badge}
            </Primitive.Trigger>
          )}
        </For>
      </Primitive.List>
      <For each={props.tabs}>
        {(tab) => (
          <Primitive.Content class="tab-content" value={tab.value}>
            {tab.content()}
          </Primitive.Content>
        )}
      </For>
    </Primitive>
  );
}
