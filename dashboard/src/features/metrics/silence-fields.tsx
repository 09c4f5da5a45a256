import { Show } from "solid-js";
import type { SetStoreFunction } from "solid-js/store";
import { issueAt } from "#dashboard/data/form-issues.ts";
import { NumberField } from "#dashboard/ui/number-field.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { Segmented } from "#dashboard/ui/segmented.tsx";
import type { Absence } from "#model/metric/metric.ts";
import type { InputIssue } from "#shared/input-issue.ts";
import type { MetricDraft } from "./metric-draft.ts";

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
export function SilenceFields(props: {
  draft: MetricDraft;
  change: SetStoreFunction<MetricDraft>;
  issues: readonly InputIssue[];
}) {
  const at = (path: string) => issueAt(props.issues, path);
  const options = () =>
    props.draft.type === "proportion"
      ? [...absences, { value: "failure" as const, label: "Failure" }]
      : absences;
  return (
    <Panel title="Conversion window and missing events">
      <div class="metric-fields">
        <NumberField
          label="Conversion window"
          value={props.draft.windowHours}
          onChange={(windowHours) => props.change("windowHours", windowHours)}
          unit="hours"
          help="How long after a unit's first exposure its outcomes count. A unit is analyzed once its window has passed, so that faster variants have no head start. Leave empty to count every outcome immediately."
          error={at("/windowSeconds")}
        />
        <Show when={props.draft.per === "unit"}>
          <div class="field">
            <Segmented
              label="Units without events"
              options={options()}
              value={props.draft.absent}
              onChange={(absent) => props.change("absent", absent)}
            />
            <p class="field-help">{absenceHelp[props.draft.absent]}</p>
            <Show when={at("/absent")}>
              <p class="field-error" role="alert">
                {at("/absent")}
              </p>
            </Show>
          </div>
        </Show>
      </div>
    </Panel>
  );
}
