import { createMemo, createUniqueId, Index, Show } from "solid-js";
import type { GuardrailResult, MetricAnalysis } from "../../../../../src/model/analysis.ts";
import type { ExperimentSpec } from "../../../../../src/model/experiment.ts";
import { Icon } from "../../../components/icon.tsx";
import { IntervalPlot } from "../../../components/interval-plot.tsx";
import { type IntervalView, intervalViews } from "../../../components/interval-view.ts";
import { useIsNarrow } from "../../../components/use-is-narrow.ts";
import { goodSign } from "../../../format/effect.ts";
import { formatMargin, marginPosition } from "../../../format/margin.ts";
import { formatTick } from "../../../format/metric-value.ts";
import { MetricRow } from "./metric-row.tsx";
import { describeDifference } from "./metric-titles.ts";
import "./metric-card.css";

/** Shared with metric-card.css: a plot's rows lie beside the table's. */
const ROW_HEIGHT = 52;
const HEADER_HEIGHT = 32;
const NARROW_TOP = 8;

/** One metric: what each variant reached, and how far each treatment is from control. */
export function MetricCard(props: {
  spec: ExperimentSpec;
  metric: MetricAnalysis;
  guardrails: readonly GuardrailResult[];
  alpha: number;
}) {
  const id = createUniqueId();
  const narrow = useIsNarrow();
  const views = createMemo(() => intervalViews(props.metric));
  const rows = createMemo(() => [
    ...props.metric.variants.filter(({ variant }) => variant === props.spec.control),
    ...props.metric.variants.filter(({ variant }) => variant !== props.spec.control),
  ]);
  const drawing = createMemo(() => {
    const at = marginPosition(props.metric, props.guardrails);
    const harmSide = goodSign(props.metric.definition) > 0 ? -1 : 1;
    const { definition, comparisons } = props.metric;
    return {
      rows: rows().map(({ variant }) => variant),
      views: views(),
      margin: at === null ? null : ({ at, harmSide } as const),
      rowHeight: ROW_HEIGHT,
      headerHeight: narrow() ? NARROW_TOP : HEADER_HEIGHT,
      showNames: narrow(),
      formatTick: (value: number) => formatTick(definition, value),
      describe: (view: IntervalView) => describeDifference(definition, view, props.alpha),
      label: `${definition.name}: difference to ${props.spec.control} of ${comparisons.length} treatments`,
    };
  });
  const margin = () => props.guardrails[0]?.margin;
  return (
    <article class="metric-card" aria-labelledby={id}>
      <header class="metric-header">
        <h3 id={id} title={props.metric.definition.description || undefined}>
          {props.metric.definition.name}
        </h3>
        <span class="metric-direction">
          <Icon name={props.metric.definition.direction === "increase" ? "up" : "down"} />
          {props.metric.definition.direction === "increase" ? "Higher is better" : "Lower is better"}
        </span>
        <Show when={margin()}>
          {(known) => (
            <span class="metric-direction number">
              Tolerates up to {formatMargin(props.metric, known())}
              {known().kind === "relative" ? " of control" : ""}
            </span>
          )}
        </Show>
      </header>
      <div class="metric-body">
        <table class="metric-table">
          <thead>
            <tr>
              <th scope="col">Variant</th>
              <th scope="col" class="metric-number">
                Value
              </th>
              <th scope="col" class="metric-number">
                Difference
              </th>
              <th scope="col">{props.metric.role === "guardrail" ? "Guardrail" : "Effect"}</th>
            </tr>
          </thead>
          <tbody>
            <Index each={rows()}>
              {(row) => (
                <MetricRow
                  metric={props.metric}
                  row={row()}
                  guardrail={props.guardrails.find(({ variant }) => variant === row().variant)}
                  alpha={props.alpha}
                />
              )}
            </Index>
          </tbody>
        </table>
        <Show when={views().length > 0} fallback={<p class="metric-no-plot muted">No interval to draw</p>}>
          <IntervalPlot drawing={drawing()} />
        </Show>
      </div>
    </article>
  );
}
