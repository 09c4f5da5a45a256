import { createUniqueId, For } from "solid-js";
import { NumberField } from "#dashboard/ui/number-field.tsx";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { ReleaseDraft } from "./release-draft.ts";
import "#dashboard/styles/field.css";
import "#dashboard/styles/choice-grid.css";

/** A primary metric, and guardrails with what they tolerate. */
export function WatchedMetricsFields(props: {
  draft: ReleaseDraft;
  metrics: readonly MetricDefinition[];
  onChange: (changes: Partial<ReleaseDraft>) => void;
}) {
  const id = createUniqueId();
  const toggle = (key: string, on: boolean) =>
    props.onChange({
      guardrails: props.metrics
        .map((metric) => metric.key)
        .filter((one) => (one === key ? on : props.draft.guardrails.includes(one))),
    });
  return (
    <>
      <div class="field">
        <label class="field-label" for={id}>
          Primary metric
        </label>
        <select
          id={id}
          class="field-control"
          onChange={(event) => props.onChange({ primary: event.currentTarget.value || null })}
        >
          <option value="" selected={props.draft.primary === null}>
            Choose…
          </option>
          <For each={props.metrics}>
            {({ key, name }) => (
              <option value={key} selected={props.draft.primary === key}>
                {name}
              </option>
            )}
          </For>
        </select>
      </div>
      <fieldset class="choice-grid">
        <legend class="field-label">Guardrails</legend>
        <For each={props.metrics.filter(({ key }) => key !== props.draft.primary)}>
          {({ key, name }) => (
            <label class="choice">
              <input
                type="checkbox"
                checked={props.draft.guardrails.includes(key)}
                onChange={(event) => toggle(key, event.currentTarget.checked)}
              />
              <span>{name}</span>
            </label>
          )}
        </For>
      </fieldset>
      <NumberField
        label="Tolerated harm to a guardrail"
        value={props.draft.tolerance}
        onChange={(tolerance) => props.onChange({ tolerance })}
        unit="%"
        help="Percentage points of a proportion, percent of the live version's value of other metrics."
        error={
          props.draft.tolerance === null || props.draft.tolerance < 0
            ? "Enter a number from 0 up."
            : undefined
        }
      />
    </>
  );
}
