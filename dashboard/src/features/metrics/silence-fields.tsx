import { Show } from "solid-js";
import { DraftField, type FieldForm } from "#dashboard/ui/draft-field.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { Absence } from "#model/metric/metric.ts";
import type { MetricDraft } from "./metric-draft.ts";
import "./metric-form.css";

const absenceHelp: Record<Absence, string> = {
  missing: "Units without an event are not analyzed. Their share must be similar in all variants.",
  zero: "Units without an event count as 0. Use this if no event means none, such as nothing spent.",
  failure: "Units without an event count as a failure. Use this if every unit should report.",
};

const absences = [
  { value: "missing", label: "Missing" },
  { value: "zero", label: "Zero" },
] as const;

/** When a unit's outcomes count, and what it means that there are none. */
export function SilenceFields(props: { form: FieldForm<MetricDraft> }) {
  const options = () =>
    props.form.draft.type === "proportion"
      ? [...absences, { value: "failure" as const, label: "Failure" }]
      : absences;
  return (
    <Panel title="Conversion window and missing events">
      <div class="metric-fields">
        <DraftField
          form={props.form}
          pointer="/windowHours"
          issuesAt={["/windowSeconds"]}
          label="Conversion window"
          unit="hours"
          help="How long after a unit's first exposure its outcomes count. A unit is analyzed once its window has passed, so that faster variants have no head start. Leave empty to count every outcome immediately."
        />
        <Show when={props.form.draft.per === "unit"}>
          <DraftField
            form={props.form}
            pointer="/absent"
            label="Units without events"
            options={options()}
            segmented
            help={absenceHelp[props.form.draft.absent]}
          />
        </Show>
      </div>
    </Panel>
  );
}
