import { onMount, Show } from "solid-js";
import { Button } from "#dashboard/ui/button.tsx";
import { CopyButton } from "#dashboard/ui/copy-button.tsx";
import "#dashboard/styles/field.css";
import "#dashboard/styles/dialog.css";
import "./new-secret.css";

const OF_A_KEY =
  "Copy the secret now. Bakeoff stores only a hash, so it cannot be shown again. If you lose it, revoke the key and create a new one.";

/** A secret that is shown once, and the promise to have stored it. */
export function NewSecret(props: {
  secret: string;
  /** What it is for; by default what is said of an API key. */
  about?: string;
  stored: boolean;
  /** True once somebody tried to leave without that promise. */
  reminded: boolean;
  onStored: (stored: boolean) => void;
  onDone: () => void;
}) {
  let place: HTMLDivElement | undefined;
  // What had the focus is gone with the form; without any, neither Escape nor a screen reader would know where it is.
  onMount(() => queueMicrotask(() => place?.focus()));
  return (
    <div ref={place} class="stack new-secret" tabindex="-1">
      <p>{props.about ?? OF_A_KEY}</p>
      <code class="secret">{props.secret}</code>
      <div>
        <CopyButton text={props.secret} label="Copy secret" />
      </div>
      <label class="choice">
        <input
          type="checkbox"
          checked={props.stored}
          onChange={(event) => props.onStored(event.currentTarget.checked)}
        />
        <span>I have stored it</span>
      </label>
      <Show when={props.reminded && !props.stored}>
        <p class="field-error" role="alert">
          Store the secret and check the box first. It cannot be shown again.
        </p>
      </Show>
      <div class="dialog-actions">
        <Button
          kind="primary"
          unavailable={props.stored ? undefined : "Check “I have stored it” first."}
          onClick={props.onDone}
        >
          Done
        </Button>
      </div>
    </div>
  );
}
