import { For, Show } from "solid-js";
import { intervalViews } from "#dashboard/charts/interval-view.ts";
import { effectOf } from "#dashboard/format/effect.ts";
import { formatMargin, marginPosition } from "#dashboard/format/margin.ts";
import { effectWords, unavailableWords, verdictWords } from "#dashboard/format/words.ts";
import type { GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import { describeAdjustment } from "#reporter/describe-adjustment.ts";
import {
  formatDifference,
  formatInterval,
  formatRelative,
  formatTick,
  formatValue,
} from "#reporter/metric-values.ts";
import { formatCount, formatPValueCell } from "#reporter/numbers.ts";
import { PrintInterval } from "./print-interval.tsx";
import "./print-page.css";
import "./print-metric.css";

/** One metric on paper: values, differences with their always-valid intervals, and what follows from them. */
export function PrintMetric(props: {
  metric: MetricAnalysis;
  control: string;
  guardrails: readonly GuardrailResult[];
  confidence: string;
}) {
  const definition = () => props.metric.definition;
  const views = () => intervalViews(props.metric, props.guardrails);
  const margin = () => props.guardrails[0]?.margin;
  const rows = () =>
    props.metric.variants.map((row) => ({
      row,
      comparison: props.metric.comparisons.find(({ variant }) => variant === row.variant),
      guardrail: props.guardrails.find(({ variant }) => variant === row.variant),
    }));
  return (
    <section class="print-metric">
      <h3>
        {definition().name}
        <span class="print-note">
          {definition().direction === "increase" ? "higher is better" : "lower is better"}
          <Show when={margin()}>
            {(tolerance) => <>, tolerance {formatMargin(props.metric, tolerance())}</>}
          </Show>
        </span>
      </h3>
      <div class="print-frame">
        <table class="print-table">
          <thead>
            <tr>
              <th scope="col">Variant</th>
              <th scope="col">Units</th>
              <th scope="col">Value</th>
              <th scope="col">Difference</th>
              <th scope="col">{props.confidence} always valid</th>
              <th scope="col">p</th>
              <th scope="col">{props.guardrails.length > 0 ? "Guardrail" : "Effect"}</th>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {({ row, comparison, guardrail }) => (
                <tr>
                  <th scope="row">{row.variant}</th>
                  <td>{formatCount(row.units)}</td>
                  <td>
                    {row.estimate === null ? "—" : formatValue(definition(), row.estimate, row.standardError)}
                  </td>
                  <Show
                    when={comparison}
                    fallback={
                      <>
                        <td>—</td>
                        <td>—</td>
                        <td>—</td>
                        <td>{row.variant === props.control ? "Control" : "—"}</td>
                      </>
                    }
                  >
                    {(comparison) => (
                      <DifferenceCells
                        metric={props.metric}
                        comparison={comparison()}
                        guardrail={guardrail}
                      />
                    )}
                  </Show>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
      <Show when={describeAdjustment(props.metric)}>
        {(sentence) => <p class="print-note">{sentence()}</p>}
      </Show>
      <Show when={views().length > 0}>
        <PrintInterval
          views={views()}
          margin={marginPosition(props.metric, props.guardrails)}
          formatTick={(value) => formatTick(definition(), value)}
          label={`${definition().name}: difference from ${props.control}, always-valid intervals`}
        />
      </Show>
    </section>
  );
}

function DifferenceCells(props: {
  metric: MetricAnalysis;
  comparison: MetricAnalysis["comparisons"][number];
  guardrail: GuardrailResult | undefined;
}) {
  const definition = () => props.metric.definition;
  const judgment = () =>
    props.guardrail
      ? verdictWords[props.guardrail.verdict]
      : effectWords[effectOf(props.metric, props.comparison)];
  const availableDifference = () =>
    props.comparison.difference.status === "ok" ? props.comparison.difference : undefined;
  const relative = () =>
    props.comparison.relative.status === "ok"
      ? ` (${formatRelative(props.comparison.relative.estimate)})`
      : "";
  const reason = () =>
    props.comparison.difference.status === "ok" ? "" : unavailableWords[props.comparison.difference.reason];
  return (
    <Show
      when={availableDifference()}
      fallback={
        <>
          <td colspan="3">{reason()}</td>
          <td>{judgment()}</td>
        </>
      }
    >
      {(difference) => (
        <>
          <td>
            {formatDifference(definition(), difference().estimate, difference().standardError)}
            {relative()}
          </td>
          <td>
            {formatInterval(definition(), difference().alwaysValid.interval, difference().standardError)}
          </td>
          <td>{formatPValueCell(difference().alwaysValid.pValue)}</td>
          <td>{judgment()}</td>
        </>
      )}
    </Show>
  );
}
