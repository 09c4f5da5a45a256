import { type JSX, Show } from "solid-js";
import { Icon } from "#dashboard/ui/icon.tsx";
import "./dialog-notes.css";

/** A smaller sentence in a dialog. */
export function DialogNote(props: { children: JSX.Element }) {
  return <p class="dialog-note">{props.children}</p>;
}

/** Something to think about before saying yes. */
export function DialogWarning(props: { children: JSX.Element }) {
  return (
    <p class="dialog-warning">
      <Icon name="alert" />
      <span>{props.children}</span>
    </p>
  );
}

/** The page below has moved on while somebody was reading the dialog. */
export function ChangedMeanwhile(props: { when: boolean }) {
  return (
    <div aria-live="polite">
      <Show when={props.when}>
        <DialogWarning>
          The experiment has changed since you opened this dialog. Close it and review the current state.
        </DialogWarning>
      </Show>
    </div>
  );
}
