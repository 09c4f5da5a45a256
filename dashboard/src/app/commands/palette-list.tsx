import { createEffect, For, Show } from "solid-js";
import { KeyHints } from "./key-hints.tsx";
import type { PaletteEntry, PaletteGroup } from "./palette-entries.ts";
import "./palette-list.css";

/** What was found, in groups. The focus stays in the field; the active line is named to screen readers from there. */
export function PaletteList(props: {
  id: string;
  groups: readonly PaletteGroup[];
  activeId: string | undefined;
  onPoint: (id: string) => void;
  onChoose: (entry: PaletteEntry) => void;
}) {
  createEffect(() => {
    const active = props.activeId;
    if (active) document.getElementById(`palette:${active}`)?.scrollIntoView({ block: "nearest" });
  });
  return (
    <div class="palette-list" role="listbox" id={props.id} aria-label="Results">
      <For each={props.groups}>
        {(group) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options in a listbox, not of form fields
          <div role="group" aria-label={group.title}>
            <div class="palette-heading" aria-hidden="true">
              {group.title}
            </div>
            <For each={group.entries}>
              {(entry) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the field, which has the focus
                // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field
                <div
                  class="palette-option"
                  role="option"
                  id={`palette:${entry.id}`}
                  aria-selected={props.activeId === entry.id}
                  onPointerMove={() => props.activeId !== entry.id && props.onPoint(entry.id)}
                  onClick={() => props.onChoose(entry)}
                >
                  <span class="palette-title" dir="auto">
                    {entry.title}
                  </span>
                  <Show when={entry.detail}>
                    <span class="palette-detail">{entry.detail}</span>
                  </Show>
                  <Show when={entry.keys}>{(keys) => <KeyHints keys={keys()} />}</Show>
                </div>
              )}
            </For>
          </div>
        )}
      </For>
    </div>
  );
}
