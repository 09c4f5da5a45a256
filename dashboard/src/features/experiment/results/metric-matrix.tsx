import { createMemo, Index, Show } from "solid-js";
import { differenceScale } from "#dashboard/charts/difference-scale.ts";
import { IntervalMark } from "#dashboard/charts/interval-mark.tsx";
import { differenceDomain, intervalViews } from "#dashboard/charts/interval-view.ts";
import { effectOf } from "#dashboard/format/effect.ts";
import { marginLine } from "#dashboard/format/margin.ts";
import { EffectMark, VerdictMark } from "#dashboard/metric/effect-badge.tsx";
import { Exact } from "#dashboard/ui/exact.tsx";
import { LiveText } from "#dashboard/ui/live-text.tsx";
import type { Comparison, GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { formatDifference, formatRelative, formatValue } from "#reporter/metric-values.ts";
import { differencePrecision, valuePrecision } from "./column-precision.ts";
import { unavailableReasonOf } from "./difference-cell.tsx";
import { describeDifference, differenceMethod, exactDifference, exactRelative } from "./metric-titles.ts";
import "#dashboard/styles/metric-table.css";
import "./metric-matrix.css";

/** Many metrics and treatments at once: a line per metric, a column per treatment. */
export function MetricMatrix(props: {
  title: string;
  spec: ExperimentSpec;
  metrics: readonly MetricAnalysis[];
  guardrailsOf: (metric: MetricAnalysis) => readonly GuardrailResult[];
  alpha: number;
  onChoose: (metric: string) => void;
}) {
  const treatments = () => props.metrics[0]?.comparisons.map(({ variant }) => variant) ?? [];
  return (
    <section class="metric-matrix-frame" tabindex="0" aria-label={`${props.title} as a table`}>
      <table class="metric-matrix">
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col" class="matrix-number">
              {props.spec.control} (control)
            </th>
            <Index each={treatments()}>{(variant) => <th scope="col">{variant()}</th>}</Index>
          </tr>
        </thead>
        <tbody>
          <Index each={props.metrics}>
            {(metric) => <MatrixRow {...props} metric={metric()} guardrails={props.guardrailsOf(metric())} />}
          </Index>
        </tbody>
      </table>
    </section>
  );
}

function MatrixRow(props: {
  spec: ExperimentSpec;
  metric: MetricAnalysis;
  guardrails: readonly GuardrailResult[];
  alpha: number;
  onChoose: (metric: string) => void;
}) {
  const views = createMemo(() => intervalViews(props.metric, props.guardrails));
  const margin = createMemo(() => marginLine(props.spec, props.metric, props.guardrails));
  const scale = createMemo(() => differenceScale(differenceDomain(views(), margin()?.at ?? null)));
  const definition = () => props.metric.definition;
  const control = () => props.metric.variants.find(({ variant }) => variant === props.spec.control)?.estimate;
  const viewOf = ({ variant }: Comparison) => views().find((view) => view.variant === variant);
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          class="matrix-metric"
          title="Show details"
          onClick={() => props.onChoose(props.metric.metric)}
        >
          {definition().name}
        </button>
      </th>
      <td class="matrix-number number">
        <LiveText
          text={
            typeof control() === "number"
              ? formatValue(definition(), control() ?? 0, valuePrecision(props.metric))
              : "—"
          }
        />
      </td>
      <Index each={props.metric.comparisons}>
        {(comparison) => (
          <td class="matrix-cell">
            <span class="matrix-words">
              <Show
                when={props.guardrails.find(({ variant }) => variant === comparison().variant)}
                fallback={<EffectMark effect={effectOf(props.metric, comparison())} />}
              >
                {(result) => <VerdictMark verdict={result().verdict} />}
              </Show>
              <MatrixDifference metric={props.metric} comparison={comparison()} alpha={props.alpha} />
            </span>
            <span class="matrix-plot">
              <Show when={viewOf(comparison())}>
                {(view) => (
                  <IntervalMark
                    scale={scale()}
                    margin={margin()}
                    view={view()}
                    label={describeDifference(definition(), view(), props.alpha)}
                  />
                )}
              </Show>
            </span>
          </td>
        )}
      </Index>
    </tr>
  );
}

function MatrixDifference(props: { metric: MetricAnalysis; comparison: Comparison; alpha: number }) {
  const text = () => {
    const { difference, relative } = props.comparison;
    if (difference.status !== "ok") return undefined;
    return relative.status === "ok"
      ? formatRelative(relative.estimate)
      : formatDifference(props.metric.definition, difference.estimate, differencePrecision(props.metric));
  };
  return (
    <Show when={text()} fallback={<span class="metric-sub">{unavailableReasonOf(props.comparison)}</span>}>
      {(words) => (
        <Exact
          exact={`${exactDifference(props.metric.definition, props.comparison, props.alpha)}\nRelative: ${exactRelative(props.comparison, props.alpha)}`}
          method={differenceMethod(props.comparison)}
        >
          <LiveText text={words()} />
        </Exact>
      )}
    </Show>
  );
}
