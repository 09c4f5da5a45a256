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

/** What a shortcut does now: what was offered last wins, so a page may give keys a meaning of its own. */
export function commandFor(keys: string): Command | undefined {
  return commands().findLast((command) => command.keys === keys);
}

/** Offers commands for as long as the caller is on screen. */
export function useCommands(offered: readonly Command[]): void {
  setCommands((current) => [...current, ...offered]);
  onCleanup(() => setCommands((current) => current.filter((command) => !offered.includes(command))));
}
