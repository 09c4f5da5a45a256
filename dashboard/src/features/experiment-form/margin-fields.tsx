import { Show } from "solid-js";
import { Segmented } from "#dashboard/ui/segmented.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { useObservedBaseline } from "./draft/earlier-experiments.ts";
import { explainMargin } from "./draft/explain-margin.ts";
import { differenceUnit, readDifference } from "./draft/quantities.ts";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import "#dashboard/styles/field.css";
import "./margin-fields.css";

type Kind = "absolute" | "relative";

const kinds = [
  { value: "relative", label: "Relative" },
  { value: "absolute", label: "Absolute" },
] as const;

/** How much worse a metric may get, with an example in the metric's own units. */
export function MarginFields(props: {
  form: ExperimentForm;
  label: string;
  metric: MetricDefinition | undefined;
  kind: Kind;
  margin: string;
  onChange: (kind: Kind, margin: string) => void;
  pointer: string;
}) {
  const observed = useObservedBaseline(props.form, () => props.metric?.key ?? "");
  const example = () => {
    const value = readDifference(props.kind, props.margin, props.metric);
    if (!props.metric || typeof value !== "number" || value <= 0) return undefined;
    return explainMargin(props.metric, { kind: props.kind, value }, observed());
  };
  const error = () => props.form.errorAt(`${props.pointer}/value`) ?? props.form.errorAt(props.pointer);
  return (
    <div class="margin-fields" data-pointer={props.pointer}>
      <TextField
        label={props.label}
        value={props.margin}
        onChange={(margin) => props.onChange(props.kind, margin)}
        unit={differenceUnit(props.kind, props.metric)}
        error={error()}
      />
      <Segmented
        label="Margin type"
        labelHidden
        options={kinds}
        value={props.kind}
        onChange={(kind) => props.onChange(kind, props.margin)}
      />
      <Show when={example()}>{(text) => <p class="margin-example field-help">{text()}</p>}</Show>
    </div>
  );
}
