import { onCleanup, onMount } from "solid-js";
import { isApple } from "./keys.ts";
import { type Command, commandFor, commands } from "./registry.ts";
import { areShortcutsOn } from "./shortcut-choice.ts";

/** Keys further apart than this are no sequence. */
const SEQUENCE_MILLISECONDS = 1_200;

/** Where keys mean text or a choice, not a command. */
const TYPING_PLACES = "input, textarea, select, [contenteditable], [role=menu], [role=listbox]";
const DIALOGS = "[role=dialog], [role=alertdialog]";

function isModChord(event: KeyboardEvent): boolean {
  const mod = isApple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  return mod && !event.altKey && !event.shiftKey;
}

/** Single keys stay out of the way of typing, of the browser's own shortcuts and of open dialogs. */
function isFree(event: KeyboardEvent): boolean {
  if (!areShortcutsOn() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (document.querySelector(DIALOGS)) return false;
  return !(event.target instanceof Element && event.target.closest(TYPING_PLACES));
}

function isBeginning(keys: string): boolean {
  return commands().some((command) => command.keys?.startsWith(`${keys} `));
}

/** Runs the registered commands by their keys, for as long as the caller is on screen. */
export function useShortcuts(): void {
  let pressed = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const forget = () => {
    pressed = "";
    clearTimeout(timer);
  };
  const run = (event: KeyboardEvent, command: Command) => {
    forget();
    event.preventDefault();
    command.run();
  };
  const step = (event: KeyboardEvent, keys: string): boolean => {
    const command = commandFor(keys);
    if (command) run(event, command);
    else if (isBeginning(keys)) {
      forget();
      pressed = keys;
      timer = setTimeout(forget, SEQUENCE_MILLISECONDS);
    } else return false;
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    if (isModChord(event)) {
      const chord = commandFor(`mod+${event.key.toLowerCase()}`);
      if (chord) run(event, chord);
      return;
    }
    if (!isFree(event)) return forget();
    const before = pressed;
    if (before !== "" && step(event, `${before} ${event.key}`)) return;
    if (!step(event, event.key)) forget();
  };
  onMount(() => document.addEventListener("keydown", onKeyDown));
  onCleanup(() => {
    forget();
    document.removeEventListener("keydown", onKeyDown);
  });
}
