import { Show } from "solid-js";
import { DraftField, type FieldForm } from "#dashboard/ui/draft-field.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { MetricDraft } from "./metric-draft.ts";
import "./metric-form.css";

/** Which logged values it is made of: its own, those of another key, a ratio of two, or those of some events only. */
export function LoggedKeyFields(props: { form: FieldForm<MetricDraft> }) {
  return (
    <Panel title="Source">
      <div class="metric-fields">
        <DraftField
          form={props.form}
          pointer="/numerator"
          label="Logged key"
          monospaced
          placeholder={props.form.draft.key || "cost_usd"}
          help="The key whose logged values it uses. Defaults to the metric's key."
        />
        <Show when={props.form.draft.type === "mean" && props.form.draft.per === "event"}>
          <DraftField
            form={props.form}
            pointer="/denominator"
            label="Divided by"
            monospaced
            placeholder="task_success"
            help="Makes the metric a ratio of two sums, such as cost per success. Leave empty for a mean over events."
          />
        </Show>
        <DraftField
          form={props.form}
          pointer="/filter"
          label="Only events with"
          rows={2}
          monospaced
          placeholder="language = de"
          help="One property and value per line. All must match. Leave empty for all events."
        />
      </div>
    </Panel>
  );
}
