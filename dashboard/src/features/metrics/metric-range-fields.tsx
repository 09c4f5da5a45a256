import { DraftField, type FieldForm } from "#dashboard/ui/draft-field.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { MetricDraft } from "./metric-draft.ts";
import "./metric-form.css";
import "#dashboard/styles/field.css";
import "./metric-range-fields.css";

/** Which values are possible, and how much the extreme ones count. */
export function MetricRangeFields(props: { form: FieldForm<MetricDraft> }) {
  return (
    <Panel title="Value range">
      <div class="metric-fields">
        <div class="metric-range">
          <DraftField
            form={props.form}
            pointer="/minimum"
            label="Minimum"
            unit={props.form.draft.displayUnit}
            help="Smaller values are rejected. Leave empty for no limit."
          />
          <DraftField
            form={props.form}
            pointer="/maximum"
            label="Maximum"
            unit={props.form.draft.displayUnit}
            help="Larger values are rejected. Leave empty for no limit."
          />
        </div>
        <DraftField
          form={props.form}
          pointer="/cap"
          label="Cap"
          unit={props.form.draft.displayUnit}
          help="Larger values are capped at this value, to limit outliers (winsorizing). For a total per unit, the total is capped."
        />
        <label class="choice">
          <input
            type="checkbox"
            checked={props.form.draft.distribution}
            onChange={(event) => props.form.setDraft("distribution", event.currentTarget.checked)}
          />
          <span>
            Keep the distribution
            <span class="field-help metric-choice-help">
              Shows quantiles and compares medians, which are robust to outliers.
            </span>
          </span>
        </label>
      </div>
    </Panel>
  );
}
