import { Show } from "solid-js";
import { directionWords, metricTypeWords, perWords, trustWords } from "#dashboard/format/metric-words.ts";
import { DraftField, type FieldForm } from "#dashboard/ui/draft-field.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { LoggedKeyFields } from "./logged-key-fields.tsx";
import type { MetricDraft } from "./metric-draft.ts";
import { MetricRangeFields } from "./metric-range-fields.tsx";
import { QuantileFields } from "./quantile-fields.tsx";
import { SilenceFields } from "./silence-fields.tsx";
import "./metric-form.css";

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
  form: FieldForm<MetricDraft>;
  keyIsFixed: boolean;
  sources: readonly { key: string; name: string }[];
}) {
  return (
    <div class="stack">
      <Panel title="Basics">
        <div class="metric-fields">
          <Show when={!props.keyIsFixed}>
            <DraftField
              form={props.form}
              pointer="/key"
              label="Key"
              monospaced
              required
              help="Apps log values under this key. It cannot be changed later."
              placeholder="task_success"
            />
          </Show>
          <DraftField
            form={props.form}
            pointer="/name"
            label="Display name"
            required
            help="Shown in results."
          />
          <DraftField
            form={props.form}
            pointer="/description"
            label="Description"
            rows={2}
            help="What counts and what does not."
          />
          <DraftField
            form={props.form}
            pointer="/displayUnit"
            label="Unit"
            placeholder="ms"
            help="Shown after values, such as ms, tokens or points. USD is shown as $, proportions in %."
          />
        </div>
      </Panel>
      <Panel title="Computation">
        <div class="metric-fields">
          <DraftField
            form={props.form}
            pointer="/type"
            label="Type"
            options={optionsOf(metricTypeWords)}
            segmented
            help={typeHelp[props.form.draft.type]}
          />
          <Show when={props.form.draft.type === "quantile"}>
            <QuantileFields {...props} />
          </Show>
          <Show when={props.form.draft.type !== "quantile"}>
            <DraftField
              form={props.form}
              pointer="/per"
              label="Aggregation"
              options={optionsOf(perWords)}
              segmented
              help={perHelp[props.form.draft.per]}
            />
          </Show>
          <DraftField
            form={props.form}
            pointer="/direction"
            label="Direction"
            options={optionsOf(directionWords)}
            segmented
            help="Which change is an improvement. Used in decisions."
          />
          <DraftField
            form={props.form}
            pointer="/trust"
            label="Accepted sources"
            options={optionsOf(trustWords)}
            segmented
            help={trustHelp[props.form.draft.trust]}
          />
        </div>
      </Panel>
      <Show when={props.form.draft.type !== "quantile"}>
        <LoggedKeyFields {...props} />
        <SilenceFields {...props} />
      </Show>
      <Show when={props.form.draft.type === "mean"}>
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
