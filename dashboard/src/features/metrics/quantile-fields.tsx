import type { SetStoreFunction } from "solid-js/store";
import { issueAt } from "#dashboard/data/form-issues.ts";
import { Combobox } from "#dashboard/ui/combobox.tsx";
import { NumberField } from "#dashboard/ui/number-field.tsx";
import type { InputIssue } from "#shared/input-issue.ts";
import type { MetricDraft } from "./metric-draft.ts";

/** Which quantile of which metric. */
export function QuantileFields(props: {
  draft: MetricDraft;
  change: SetStoreFunction<MetricDraft>;
  issues: readonly InputIssue[];
  sources: readonly { key: string; name: string }[];
}) {
  const sourceIsMissing = () =>
    props.draft.source === null && issueAt(props.issues, "/quantile") !== undefined;
  const quantileIssue = () => {
    if (props.draft.quantile === null || props.draft.source !== null)
      return issueAt(props.issues, "/quantile");
    return undefined;
  };
  return (
    <>
      <Combobox
        label="Source metric"
        options={props.sources.map(({ key, name }) => ({ value: key, label: `${name}, ${key}` }))}
        value={props.draft.source}
        onChange={(source) => props.change("source", source)}
        help="The metric whose logged values are used. Apps log that one."
        error={sourceIsMissing() ? "Choose a source metric." : issueAt(props.issues, "/source")}
      />
      <NumberField
        label="Quantile"
        value={props.draft.quantile}
        onChange={(quantile) => props.change("quantile", quantile)}
        required
        placeholder="0.95"
        help="Between 0 and 1: 0.5 is the median, 0.95 is the 95th percentile."
        error={quantileIssue()}
      />
    </>
  );
}
