import { Combobox } from "#dashboard/ui/combobox.tsx";
import type { FieldForm } from "#dashboard/ui/draft-field.tsx";
import { NumberField } from "#dashboard/ui/number-field.tsx";
import type { MetricDraft } from "./metric-draft.ts";

/** Which quantile of which metric. */
export function QuantileFields(props: {
  form: FieldForm<MetricDraft>;
  sources: readonly { key: string; name: string }[];
}) {
  const sourceIsMissing = () =>
    props.form.draft.source === null && props.form.errorAt("/quantile") !== undefined;
  const quantileIssue = () => {
    if (props.form.draft.quantile === null || props.form.draft.source !== null)
      return props.form.errorAt("/quantile");
    return undefined;
  };
  return (
    <>
      <Combobox
        label="Source metric"
        options={props.sources.map(({ key, name }) => ({ value: key, label: `${name}, ${key}` }))}
        value={props.form.draft.source}
        onChange={(source) => props.form.setDraft("source", source)}
        help="The metric whose logged values are used. Apps log that one."
        error={sourceIsMissing() ? "Choose a source metric." : props.form.errorAt("/source")}
      />
      <NumberField
        label="Quantile"
        value={props.form.draft.quantile}
        onChange={(quantile) => props.form.setDraft("quantile", quantile)}
        required
        placeholder="0.95"
        help="Between 0 and 1: 0.5 is the median, 0.95 is the 95th percentile."
        error={quantileIssue()}
      />
    </>
  );
}
