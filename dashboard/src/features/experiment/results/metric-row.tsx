import { createMemo, Show } from "solid-js";
import type { DifferenceScale } from "#dashboard/charts/difference-scale.ts";
import { IntervalMark, type MarginLine } from "#dashboard/charts/interval-mark.tsx";
import type { IntervalView } from "#dashboard/charts/interval-view.ts";
import { Exact } from "#dashboard/ui/exact.tsx";
import { LiveText } from "#dashboard/ui/live-text.tsx";
import type { GuardrailResult, MetricAnalysis, VariantEstimate } from "#model/analysis/analysis.ts";
import { formatValue, unitWord, withoutUnitWord } from "#reporter/metric-values.ts";
import { formatCount, plural } from "#reporter/numbers.ts";
import { ChanceCell } from "./chance-cell.tsx";
import { valuePrecision } from "./column-precision.ts";
import { DifferenceCell } from "./difference-cell.tsx";
import { Judgment } from "./judgment.tsx";
import { describeDifference, estimateMethod, exactEstimate } from "./metric-titles.ts";
import "#dashboard/styles/metric-table.css";
import "./metric-row.css";

/** One variant's line in a metric's table. */
export function MetricRow(props: {
  metric: MetricAnalysis;
  row: VariantEstimate;
  /** Undefined for control, and where no difference could be computed. */
  view: IntervalView | undefined;
  scale: DifferenceScale;
  margin: MarginLine | null;
  guardrail: GuardrailResult | undefined;
  alpha: number;
  /** The plot then gets a line of its own. */
  narrow: boolean;
}) {
  const definition = () => props.metric.definition;
  const comparison = createMemo(() =>
    props.metric.comparisons.find(({ variant }) => variant === props.row.variant),
  );
  const value = () =>
    props.row.estimate === null
      ? "—"
      : formatValue(withoutUnitWord(definition()), props.row.estimate, valuePrecision(props.metric));
  const plot = () => (
    <IntervalMark
      scale={props.scale}
      margin={props.margin}
      view={props.view}
      label={props.view ? describeDifference(definition(), props.view, props.alpha) : ""}
    />
  );
  return (
    <>
      <tr>
        <th scope="row">
          <span class="metric-variant" title={props.row.variant}>
            {props.row.variant}
          </span>
          <span class="metric-sub number">
            <LiveText text={plural(formatCount(props.row.units), "unit")} />
          </span>
        </th>
        <td class="metric-number number">
          <Exact
            exact={exactEstimate(definition(), props.row)}
            method={estimateMethod(definition(), props.row)}
          >
            <LiveText text={value()} />
          </Exact>
          <span class="metric-sub">{props.row.estimate === null ? "" : unitWord(definition())}</span>
        </td>
        <Show
          when={comparison()}
          fallback={
            <>
              <td class="metric-number muted">—</td>
              <Show when={!props.narrow}>
                <td class="metric-plot">{plot()}</td>
                <td class="metric-number muted">—</td>
              </Show>
              <td class="muted">Control</td>
            </>
          }
        >
          {(treatmentComparison) => (
            <>
              <td class="metric-number number">
                <DifferenceCell
                  metric={props.metric}
                  comparison={treatmentComparison()}
                  alpha={props.alpha}
                />
              </td>
              <Show when={!props.narrow}>
                <td class="metric-plot">{plot()}</td>
                <td class="metric-number number">
                  <ChanceCell metric={props.metric} comparison={treatmentComparison()} />
                </td>
              </Show>
              <td>
                <Judgment
                  metric={props.metric}
                  comparison={treatmentComparison()}
                  guardrail={props.guardrail}
                  alpha={props.alpha}
                />
              </td>
            </>
          )}
        </Show>
      </tr>
      <Show when={props.narrow && props.view}>
        <tr class="metric-plot-row">
          <td class="metric-plot" colspan="4">
            {plot()}
          </td>
        </tr>
      </Show>
    </>
  );
}
