import { createMemo, Index, Show } from "solid-js";
import type { DifferenceScale } from "#dashboard/charts/difference-scale.ts";
import { IntervalMark } from "#dashboard/charts/interval-mark.tsx";
import { intervalViews } from "#dashboard/charts/interval-view.ts";
import { Exact } from "#dashboard/ui/exact.tsx";
import { LiveText } from "#dashboard/ui/live-text.tsx";
import type { MetricAnalysis, VariantEstimate } from "#model/analysis/analysis.ts";
import type { SampleRatioCheck } from "#model/analysis/data-quality.ts";
import { formatValue, withoutUnitWord } from "#reporter/metric-values.ts";
import { formatCount, formatPValue, plural } from "#reporter/numbers.ts";
import { valuePrecision } from "../results/column-precision.ts";
import { DifferenceCell } from "../results/difference-cell.tsx";
import { Judgment } from "../results/judgment.tsx";
import { describeDifference, estimateMethod, exactEstimate } from "../results/metric-titles.ts";
import "#dashboard/styles/small-table.css";
import "#dashboard/styles/metric-table.css";
import "./segment-rows.css";

/** One line of the breakdown: everything, or one value. */
export interface SegmentLine {
  name: string;
  units: number;
  events: number;
  sampleRatio: SampleRatioCheck;
  metric: MetricAnalysis | undefined;
}

/** One segment: a row per variant, control first. */
export function SegmentRows(props: {
  line: SegmentLine;
  control: string;
  scale: DifferenceScale;
  alpha: number;
}) {
  const variants = createMemo((): VariantEstimate[] => {
    const estimates = props.line.metric?.variants ?? [];
    return [
      ...estimates.filter(({ variant }) => variant === props.control),
      ...estimates.filter(({ variant }) => variant !== props.control),
    ];
  });
  const views = createMemo(() => (props.line.metric ? intervalViews(props.line.metric) : []));
  return (
    <tbody>
      <Index each={variants()}>
        {(row, index) => (
          <tr>
            <Show when={index === 0}>
              <SegmentName line={props.line} rows={variants().length} />
            </Show>
            <td>
              <span class="metric-variant" title={row().variant}>
                {row().variant}
              </span>
            </td>
            <Show when={props.line.metric}>
              {(metric) => (
                <RowCells
                  metric={metric()}
                  row={row()}
                  view={views().find(({ variant }) => variant === row().variant)}
                  scale={props.scale}
                  alpha={props.alpha}
                />
              )}
            </Show>
          </tr>
        )}
      </Index>
    </tbody>
  );
}

function SegmentName(props: { line: SegmentLine; rows: number }) {
  const problem = () => {
    const { verdict, sequentialPValue } = props.line.sampleRatio;
    return verdict === "mismatch" && sequentialPValue !== null ? formatPValue(sequentialPValue) : undefined;
  };
  return (
    <th scope="rowgroup" rowspan={props.rows} class="segment-name">
      <strong>{props.line.name}</strong>
      <span class="metric-sub number">{plural(formatCount(props.line.units), "unit")}</span>
      <span class="metric-sub number">{plural(formatCount(props.line.events), "event")}</span>
      <Show when={problem()}>
        {(words) => <span class="small-warning metric-sub">Sample ratio mismatch ({words()})</span>}
      </Show>
    </th>
  );
}

function RowCells(props: {
  metric: NonNullable<SegmentLine["metric"]>;
  row: VariantEstimate;
  view: ReturnType<typeof intervalViews>[number] | undefined;
  scale: DifferenceScale;
  alpha: number;
}) {
  const definition = () => props.metric.definition;
  const comparison = () => props.metric.comparisons.find(({ variant }) => variant === props.row.variant);
  const value = () =>
    props.row.estimate === null
      ? "—"
      : formatValue(withoutUnitWord(definition()), props.row.estimate, valuePrecision(props.metric));
  return (
    <>
      <td class="metric-number number">
        <Exact
          exact={exactEstimate(definition(), props.row)}
          method={estimateMethod(definition(), props.row)}
        >
          <LiveText text={value()} />
        </Exact>
      </td>
      <td class="metric-number number">
        <Show when={comparison()} fallback={<span class="muted">—</span>}>
          {(treatmentComparison) => (
            <DifferenceCell metric={props.metric} comparison={treatmentComparison()} alpha={props.alpha} />
          )}
        </Show>
      </td>
      <td class="metric-plot">
        <IntervalMark
          scale={props.scale}
          margin={null}
          view={props.view}
          label={props.view ? describeDifference(definition(), props.view, props.alpha) : ""}
        />
      </td>
      <td>
        <Show when={comparison()} fallback={<span class="muted">Control</span>}>
          {(treatmentComparison) => (
            <Judgment
              metric={props.metric}
              comparison={treatmentComparison()}
              guardrail={undefined}
              alpha={props.alpha}
            />
          )}
        </Show>
      </td>
    </>
  );
}
