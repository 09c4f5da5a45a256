import { For } from "solid-js";
import { Dialog } from "#dashboard/ui/dialog.tsx";
import "#dashboard/styles/field.css";
import { KeyHints } from "./key-hints.tsx";
import { type Command, commandFor, commands } from "./registry.ts";
import { areShortcutsOn, chooseShortcuts } from "./shortcut-choice.ts";
import "./shortcut-help.css";

type Shortcut = Command & { keys: string };

function isShortcut(command: Command): command is Shortcut {
  return command.keys !== undefined && commandFor(command.keys) === command;
}

/** Every shortcut that works at this moment, and the switch for those of single keys. */
export default function ShortcutHelp(props: { onClose: () => void }) {
  // What the page itself offers was registered last, and is what one looks for first.
  const groups = () => [...Map.groupBy(commands().filter(isShortcut), ({ group }) => group)].toReversed();
  return (
    <Dialog open onClose={props.onClose} title="Keyboard shortcuts">
      <label class="choice">
        <input
          type="checkbox"
          checked={areShortcutsOn()}
          onChange={(event) => chooseShortcuts(event.currentTarget.checked)}
        />
        <span>
          Single-key shortcuts
          <span class="shortcut-note">
            Key sequences are ignored while you type in a field. When this is off, only the command palette's
            shortcut works.
          </span>
        </span>
      </label>
      <For each={groups()}>
        {([title, members]) => (
          <section class="shortcut-group">
            <h3>{title}</h3>
            <dl>
              <For each={members}>
                {(command) => (
                  <div
                    class="shortcut"
                    data-off={!areShortcutsOn() && !command.keys.startsWith("mod+") ? "" : undefined}
                  >
                    <dt>{command.title}</dt>
                    <dd>
                      <KeyHints keys={command.keys} />
                    </dd>
                  </div>
                )}
              </For>
            </dl>
          </section>
        )}
      </For>
    </Dialog>
  );
}
