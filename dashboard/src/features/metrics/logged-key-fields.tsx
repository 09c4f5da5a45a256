import { Show } from "solid-js";
import type { SetStoreFunction } from "solid-js/store";
import { issueAt } from "#dashboard/data/form-issues.ts";
import { Panel } from "#dashboard/ui/panel.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { InputIssue } from "#shared/input-issue.ts";
import type { MetricDraft } from "./metric-draft.ts";

/** Which logged values it is made of: its own, those of another key, a ratio of two, or those of some events only. */
export function LoggedKeyFields(props: {
  draft: MetricDraft;
  change: SetStoreFunction<MetricDraft>;
  issues: readonly InputIssue[];
}) {
  const at = (path: string) => issueAt(props.issues, path);
  return (
    <Panel title="Source">
      <div class="metric-fields">
        <TextField
          label="Logged key"
          value={props.draft.numerator}
          onChange={(numerator) => props.change("numerator", numerator)}
          monospaced
          placeholder={props.draft.key || "cost_usd"}
          help="The key whose logged values it uses. Defaults to the metric's key."
          error={at("/numerator")}
        />
        <Show when={props.draft.type === "mean" && props.draft.per === "event"}>
          <TextField
            label="Divided by"
            value={props.draft.denominator}
            onChange={(denominator) => props.change("denominator", denominator)}
            monospaced
            placeholder="task_success"
            help="Makes the metric a ratio of two sums, such as cost per success. Leave empty for a mean over events."
            error={at("/denominator")}
          />
        </Show>
        <TextField
          label="Only events with"
          value={props.draft.filter}
          onChange={(filter) => props.change("filter", filter)}
          rows={2}
          monospaced
          placeholder="language = de"
          help="One property and value per line. All must match. Leave empty for all events."
          error={at("/filter")}
        />
      </div>
    </Panel>
  );
}
