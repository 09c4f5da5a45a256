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
    <Panel title="What it is made of">
      <div class="metric-fields">
        <TextField
          label="Values logged as"
          value={props.draft.numerator}
          onChange={(numerator) => props.change("numerator", numerator)}
          monospaced
          placeholder={props.draft.key || "cost_usd"}
          help="Another key whose values it sums. Empty: its own."
          error={at("/numerator")}
        />
        <Show when={props.draft.type === "mean" && props.draft.per === "event"}>
          <TextField
            label="Divided by"
            value={props.draft.denominator}
            onChange={(denominator) => props.change("denominator", denominator)}
            monospaced
            placeholder="task_success"
            help="Makes it a ratio: the sum of the values above over the sum of these, such as cost per success. Empty: an average over events."
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
          help="A property and its value on each line; all must fit. Empty: every event."
          error={at("/filter")}
        />
      </div>
    </Panel>
  );
}
