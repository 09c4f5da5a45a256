import { Show } from "solid-js";
import type { SetStoreFunction } from "solid-js/store";
import { issueAt } from "#dashboard/data/form-issues.ts";
import { directionWords, metricTypeWords, perWords, trustWords } from "#dashboard/format/metric-words.ts";
import { Panel } from "#dashboard/ui/panel.tsx";
import { Segmented } from "#dashboard/ui/segmented.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { InputIssue } from "#shared/input-issue.ts";
import { LoggedKeyFields } from "./logged-key-fields.tsx";
import type { MetricDraft } from "./metric-draft.ts";
import { MetricRangeFields } from "./metric-range-fields.tsx";
import { QuantileFields } from "./quantile-fields.tsx";
import { SilenceFields } from "./silence-fields.tsx";

const typeHelp: Record<MetricDraft["type"], string> = {
  proportion: "Each event logs yes or no: true, false, 1 or 0. The number is the share of yes.",
  mean: "Each event logs a number: milliseconds, dollars, a rating. The number is their average.",
  quantile: "The value that a given share of another metric's values stays below, such as the slowest 5%.",
};

const perHelp: Record<MetricDraft["per"], string> = {
  event: "An average over events. Many events of one unit are never mistaken for many units.",
  unit: "One total for each unit: the sum of its events, or whether it ever happened.",
};

const trustHelp: Record<MetricDraft["trust"], string> = {
  any: "Values count that come by a server key, or by a client key for a unit that your server vouches for.",
  server:
    "Values that come by a client key are kept and left out, vouched for or not. Right for what a user must not be able to log for themselves.",
};

/** Every field of a definition, each with what it means. */
export function MetricForm(props: {
  draft: MetricDraft;
  change: SetStoreFunction<MetricDraft>;
  issues: readonly InputIssue[];
  keyIsFixed: boolean;
  sources: readonly { key: string; name: string }[];
}) {
  const at = (path: string) => issueAt(props.issues, path);
  return (
    <div class="stack">
      <Panel title="What it is">
        <div class="metric-fields">
          <Show when={!props.keyIsFixed}>
            <TextField
              label="Key"
              value={props.draft.key}
              onChange={(key) => props.change("key", key)}
              monospaced
              required
              help="The name under which apps log it. It can never change."
              placeholder="task_success"
              error={at("/key")}
            />
          </Show>
          <TextField
            label="Name"
            value={props.draft.name}
            onChange={(name) => props.change("name", name)}
            required
            help="What people read in results."
            error={at("/name")}
          />
          <TextField
            label="Description"
            value={props.draft.description}
            onChange={(description) => props.change("description", description)}
            rows={2}
            help="What counts and what does not, so that everybody means the same."
            error={at("/description")}
          />
          <TextField
            label="Unit"
            value={props.draft.displayUnit}
            onChange={(displayUnit) => props.change("displayUnit", displayUnit)}
            placeholder="ms"
            help="Shown behind values: ms, tokens, points. USD is shown as $. A proportion is always shown in %."
            error={at("/displayUnit")}
          />
        </div>
      </Panel>
      <Panel title="How it is computed">
        <div class="metric-fields">
          <div class="field">
            <Segmented
              label="Type"
              options={optionsOf(metricTypeWords)}
              value={props.draft.type}
              onChange={(type) => props.change("type", type)}
            />
            <p class="field-help">{typeHelp[props.draft.type]}</p>
            <FieldError message={at("/type")} />
          </div>
          <Show when={props.draft.type === "quantile"}>
            <QuantileFields {...props} />
          </Show>
          <Show when={props.draft.type !== "quantile"}>
            <div class="field">
              <Segmented
                label="Counted"
                options={optionsOf(perWords)}
                value={props.draft.per}
                onChange={(per) => props.change("per", per)}
              />
              <p class="field-help">{perHelp[props.draft.per]}</p>
              <FieldError message={at("/per")} />
            </div>
          </Show>
          <div class="field">
            <Segmented
              label="Good when"
              options={optionsOf(directionWords)}
              value={props.draft.direction}
              onChange={(direction) => props.change("direction", direction)}
            />
            <p class="field-help">Which change of it is an improvement. Decisions depend on this.</p>
          </div>
          <div class="field">
            <Segmented
              label="Takes the word of"
              options={optionsOf(trustWords)}
              value={props.draft.trust}
              onChange={(trust) => props.change("trust", trust)}
            />
            <p class="field-help">{trustHelp[props.draft.trust]}</p>
          </div>
        </div>
      </Panel>
      <Show when={props.draft.type !== "quantile"}>
        <LoggedKeyFields {...props} />
        <SilenceFields {...props} />
      </Show>
      <Show when={props.draft.type === "mean"}>
        <MetricRangeFields {...props} />
      </Show>
    </div>
  );
}

/** The choices of a radio group from their words. */
function optionsOf<Value extends string>(words: Record<Value, string>): { value: Value; label: string }[] {
  const entries: [Value, string][] = [];
  for (const value in words) entries.push([value, words[value]]);
  return entries.map(([value, label]) => ({ value, label }));
}

function FieldError(props: { message: string | undefined }) {
  return (
    <Show when={props.message}>
      <p class="field-error" role="alert">
        {props.message}
      </p>
    </Show>
  );
}
