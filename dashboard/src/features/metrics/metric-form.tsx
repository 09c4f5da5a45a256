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
  proportion: "Each event logs true or false (or 1 or 0). The metric is the proportion of true.",
  mean: "Each event logs a number, such as milliseconds, dollars or a rating. The metric is the mean.",
  quantile: "A percentile of another metric's values, such as p95 latency.",
};

const perHelp: Record<MetricDraft["per"], string> = {
  event: "Averaged over events. The analysis accounts for several events of one unit.",
  unit: "One value per unit: the sum of its events, or whether the event ever happened.",
};

const trustHelp: Record<MetricDraft["trust"], string> = {
  any: "Uses values sent with a server key, or with a client key for a unit that your server vouches for.",
  server:
    "Values sent with a client key are stored but not used. For values that users must not be able to report themselves.",
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
      <Panel title="Basics">
        <div class="metric-fields">
          <Show when={!props.keyIsFixed}>
            <TextField
              label="Key"
              value={props.draft.key}
              onChange={(key) => props.change("key", key)}
              monospaced
              required
              help="Apps log values under this key. It cannot be changed later."
              placeholder="task_success"
              error={at("/key")}
            />
          </Show>
          <TextField
            label="Display name"
            value={props.draft.name}
            onChange={(name) => props.change("name", name)}
            required
            help="Shown in results."
            error={at("/name")}
          />
          <TextField
            label="Description"
            value={props.draft.description}
            onChange={(description) => props.change("description", description)}
            rows={2}
            help="What counts and what does not."
            error={at("/description")}
          />
          <TextField
            label="Unit"
            value={props.draft.displayUnit}
            onChange={(displayUnit) => props.change("displayUnit", displayUnit)}
            placeholder="ms"
            help="Shown after values, such as ms, tokens or points. USD is shown as $, proportions in %."
            error={at("/displayUnit")}
          />
        </div>
      </Panel>
      <Panel title="Computation">
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
                label="Aggregation"
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
              label="Direction"
              options={optionsOf(directionWords)}
              value={props.draft.direction}
              onChange={(direction) => props.change("direction", direction)}
            />
            <p class="field-help">Which change is an improvement. Used in decisions.</p>
          </div>
          <div class="field">
            <Segmented
              label="Accepted sources"
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
