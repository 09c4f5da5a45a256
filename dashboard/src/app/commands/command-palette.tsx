import { Dialog } from "@kobalte/core/dialog";
import { createEffect, createMemo, createSignal, on, Show } from "solid-js";
import { Icon } from "#dashboard/ui/icon.tsx";
import { plural } from "#reporter/numbers.ts";
import { arrange, type PaletteEntry, usePaletteEntries } from "./palette-entries.ts";
import { PaletteList } from "./palette-list.tsx";
import { recentIds, rememberChoice } from "./recent.ts";
import "#dashboard/styles/dialog.css";
import "./command-palette.css";

const LISTBOX = "palette-list";

/** Finds pages, experiments, AI configs, metrics and whatever the page on screen can do; all from the keyboard. */
export default function CommandPalette(props: { onClose: () => void }) {
  const opener = document.activeElement;
  const recent = recentIds();
  const all = usePaletteEntries();
  const [query, setQuery] = createSignal("");
  const groups = createMemo(() => arrange(all(), query(), recent));
  const entries = createMemo(() => groups().flatMap((group) => group.entries));
  const [chosenId, setChosenId] = createSignal<string>();
  const active = () => entries().find(({ id }) => id === chosenId()) ?? entries()[0];
  createEffect(on(query, () => setChosenId(undefined), { defer: true }));

  let pending: PaletteEntry | undefined;
  const choose = (entry: PaletteEntry | undefined) => {
    if (!entry) return;
    rememberChoice(entry.id);
    pending = entry;
    props.onClose();
  };
  const leave = (event: Event) => {
    event.preventDefault();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    pending?.run();
  };
  const move = (step: number) => {
    const count = entries().length;
    if (count === 0) return;
    const at = entries().findIndex(({ id }) => id === active()?.id);
    setChosenId(entries()[(at + step + count) % count]?.id);
  };
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const step = steps[event.key];
    if (step !== undefined) move(step);
    else if (event.key === "Enter") choose(active());
    else return;
    event.preventDefault();
  };
  return (
    <Dialog open onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay class="dialog-overlay" />
        <div class="palette-frame">
          <Dialog.Content class="palette" onCloseAutoFocus={leave}>
            <Dialog.Title class="visually-hidden">Command palette</Dialog.Title>
            <div class="palette-field">
              <Icon name="search" />
              <input
                class="palette-input"
                type="text"
                role="combobox"
                aria-label="Search commands, experiments, AI configs and metrics"
                aria-autocomplete="list"
                aria-expanded={entries().length > 0}
                aria-controls={LISTBOX}
                aria-activedescendant={active() && `palette:${active()?.id}`}
                placeholder="Search or jump to…"
                autocomplete="off"
                spellcheck={false}
                value={query()}
                onInput={(event) => setQuery(event.currentTarget.value)}
                onKeyDown={onKeyDown}
              />
              <span aria-hidden="true">
                <kbd>Esc</kbd>
              </span>
            </div>
            <PaletteList
              id={LISTBOX}
              groups={groups()}
              activeId={active()?.id}
              onPoint={setChosenId}
              onChoose={choose}
            />
            <Show when={entries().length === 0}>
              <p class="palette-nothing">No results for “{query()}”.</p>
            </Show>
            <p class="visually-hidden" role="status">
              {plural(String(entries().length), "result")}
            </p>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  );
}
