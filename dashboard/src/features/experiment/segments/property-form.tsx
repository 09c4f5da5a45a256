import { createEffect, createSignal, For, on, Show } from "solid-js";
import { Button } from "#dashboard/ui/button.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { Segmentation } from "#model/analysis/segments.ts";
import "./property-form.css";

/** As the API bounds the names of properties. */
const MAXIMUM_LENGTH = 64;

/** What to break the results down by: an event property, typed or one of those seen in the log, or an attribute of units. */
export function PropertyForm(props: {
  chosen: Segmentation | undefined;
  /** The attributes that the experiment keeps. */
  attributes: readonly string[];
  suggestions: readonly string[];
  /** False while the log is still being looked at. */
  isKnown: boolean;
  onChoose: (choice: Segmentation) => void;
}) {
  const property = () => (props.chosen?.source === "property" ? props.chosen.name : "");
  const [text, setText] = createSignal(property());
  createEffect(on(property, setText, { defer: true }));
  const problem = () =>
    text().length > MAXIMUM_LENGTH
      ? `A property's name has at most ${MAXIMUM_LENGTH} characters.`
      : undefined;
  return (
    <form
      class="property-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem() === undefined) props.onChoose({ source: "property", name: text().trim() });
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
        <Chips legend="Seen in events:" source="property" names={props.suggestions} {...props} />
      </Show>
      <Show when={props.attributes.length > 0}>
        <Chips legend="Attributes of units:" source="attribute" names={props.attributes} {...props} />
      </Show>
    </form>
  );
}

function Chips(props: {
  legend: string;
  source: Segmentation["source"];
  names: readonly string[];
  chosen: Segmentation | undefined;
  onChoose: (choice: Segmentation) => void;
}) {
  return (
    <fieldset class="property-suggestions">
      <legend class="property-help">{props.legend}</legend>
      <For each={props.names}>
        {(name) => (
          <button
            type="button"
            class="property-chip"
            aria-pressed={props.chosen?.source === props.source && props.chosen.name === name}
            onClick={() => props.onChoose({ source: props.source, name })}
          >
            {name}
          </button>
        )}
      </For>
    </fieldset>
  );
}
