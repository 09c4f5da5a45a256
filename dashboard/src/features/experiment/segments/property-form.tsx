import { createEffect, createSignal, For, on, Show } from "solid-js";
import { Button } from "#dashboard/ui/button.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import "./property-form.css";

/** As the API bounds the names of properties. */
const MAXIMUM_LENGTH = 64;

/** Which event property to break the results down by: typed, or one of those seen in the log. */
export function PropertyForm(props: {
  property: string;
  suggestions: readonly string[];
  /** False while the log is still being looked at. */
  isKnown: boolean;
  onChoose: (property: string) => void;
}) {
  const [text, setText] = createSignal(props.property);
  createEffect(on(() => props.property, setText, { defer: true }));
  const problem = () =>
    text().length > MAXIMUM_LENGTH
      ? `A property's name has at most ${MAXIMUM_LENGTH} characters.`
      : undefined;
  return (
    <form
      class="property-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem() === undefined) props.onChoose(text().trim());
      }}
    >
      <div class="property-line">
        <TextField
          label="Event property"
          placeholder="language"
          value={text()}
          onChange={setText}
          error={problem()}
        />
        <Button type="submit" kind="primary">
          Break down
        </Button>
      </div>
      <Show
        when={props.suggestions.length > 0}
        fallback={
          <p class="property-help">
            <Show when={props.isKnown}>
              No event properties are kept yet. List them in the experiment (<code>properties</code>) and send
              them with each event: <code>{'"properties": { "language": "de" }'}</code>
            </Show>
          </p>
        }
      >
        <fieldset class="property-suggestions">
          <legend class="property-help">Seen in events:</legend>
          <For each={props.suggestions}>
            {(name) => (
              <button
                type="button"
                class="property-chip"
                aria-pressed={props.property === name}
                onClick={() => props.onChoose(name)}
              >
                {name}
              </button>
            )}
          </For>
        </fieldset>
      </Show>
    </form>
  );
}
