import { createSignal, onCleanup } from "solid-js";

/** Something a person can do from the command palette or by a shortcut. */
export interface Command {
  /** Unique while it is registered. */
  id: string;
  title: string;
  /** The palette's heading: "Go to", "This experiment", … */
  group: string;
  /** Keys pressed one after another, `"g e"`, or together with Ctrl or ⌘, `"mod+k"`. */
  keys?: string;
  /** More words to be found by. */
  keywords?: string;
  run: () => void;
}

const [commands, setCommands] = createSignal<readonly Command[]>([]);

export { commands };

/** Offers commands for as long as the caller is on screen. */
export function useCommands(offered: readonly Command[]): void {
  setCommands((known) => [...known, ...offered]);
  onCleanup(() => setCommands((known) => known.filter((command) => !offered.includes(command))));
}
