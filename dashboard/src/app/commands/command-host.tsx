import { lazy, Show, Suspense } from "solid-js";
import { closeCommandDialog, commandDialog } from "./open-command-dialog.ts";
import { useGlobalCommands } from "./use-global-commands.ts";
import { useShortcuts } from "./use-shortcuts.ts";

const CommandPalette = lazy(() => import("./command-palette.tsx"));
const ShortcutHelp = lazy(() => import("./shortcut-help.tsx"));

/** Listens for shortcuts; the dialogs behind them are loaded when they are first asked for. */
export function CommandHost() {
  useGlobalCommands();
  useShortcuts();
  return (
    <Suspense>
      <Show when={commandDialog() === "palette"}>
        <CommandPalette onClose={closeCommandDialog} />
      </Show>
      <Show when={commandDialog() === "help"}>
        <ShortcutHelp onClose={closeCommandDialog} />
      </Show>
    </Suspense>
  );
}
