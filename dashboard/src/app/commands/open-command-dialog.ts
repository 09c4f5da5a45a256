import { createSignal } from "solid-js";

const [commandDialog, setCommandDialog] = createSignal<"palette" | "help">();

export { commandDialog };

/** Opens the command palette, or closes it when it is open. */
export function openPalette(): void {
  setCommandDialog((open) => (open === "palette" ? undefined : "palette"));
}

/** Lists the shortcuts that work on the page as it is. */
export function openHelp(): void {
  setCommandDialog("help");
}

export function closeCommandDialog(): void {
  setCommandDialog(undefined);
}
