import type { SetStoreFunction } from "solid-js/store";
import { issueAt } from "#dashboard/data/form-issues.ts";
import { NumberField } from "#dashboard/ui/number-field.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { InputIssue } from "#shared/input-issue.ts";
import type { MetricDraft } from "./metric-draft.ts";

/** Which values are possible, and how much the extreme ones count. */
export function MetricRangeFields(props: {
  draft: MetricDraft;
  change: SetStoreFunction<MetricDraft>;
  issues: readonly InputIssue[];
}) {
  const at = (path: string) => issueAt(props.issues, path);
  return (
    <Panel title="Value range">
      <div class="metric-fields">
        <div class="metric-range">
          <NumberField
            label="Minimum"
            value={props.draft.minimum}
            onChange={(minimum) => props.change("minimum", minimum)}
            unit={props.draft.displayUnit}
            help="Smaller values are rejected. Leave empty for no limit."
            error={at("/minimum")}
          />
          <NumberField
            label="Maximum"
            value={props.draft.maximum}
            onChange={(maximum) => props.change("maximum", maximum)}
            unit={props.draft.displayUnit}
            help="Larger values are rejected. Leave empty for no limit."
            error={at("/maximum")}
          />
        </div>
        <NumberField
          label="Cap"
          value={props.draft.cap}
          onChange={(cap) => props.change("cap", cap)}
          unit={props.draft.displayUnit}
          help="Larger values are capped at this value, to limit outliers (winsorizing). For a total per unit, the total is capped."
          error={at("/cap")}
        />
        <label class="choice">
          <input
            type="checkbox"
            checked={props.draft.distribution}
            onChange={(event) => props.change("distribution", event.currentTarget.checked)}
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
