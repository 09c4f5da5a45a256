import { For } from "solid-js";
import { keyNames } from "./keys.ts";
import "./key-hints.css";

/** The keys of a shortcut as they are printed on the keyboard. */
export function KeyHints(props: { keys: string }) {
  return (
    <span class="key-hints">
      <For each={keyNames(props.keys)}>{(name) => <kbd>{name}</kbd>}</For>
    </span>
  );
}
