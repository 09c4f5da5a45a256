import { createSignal } from "solid-js";

const STORAGE_KEY = "bakeoff.shortcuts";

const [areShortcutsOn, setShortcutsOn] = createSignal(localStorage.getItem(STORAGE_KEY) !== "off");

export { areShortcutsOn };

/** Single keys get in the way of speech input and of unsteady hands: they can be switched off, for good. */
export function chooseShortcuts(on: boolean): void {
  if (on) localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, "off");
  setShortcutsOn(on);
}
