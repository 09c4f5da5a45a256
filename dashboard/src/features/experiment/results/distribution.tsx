import { createMemo, For, Index, Show } from "solid-js";
import { QuantileStrip, ValueAxis } from "#dashboard/charts/quantile-strip.tsx";
import { valueScale } from "#dashboard/charts/value-scale.ts";
import { Exact } from "#dashboard/ui/exact.tsx";
import { LiveText } from "#dashboard/ui/live-text.tsx";
import type { MetricAnalysis, VariantDistribution } from "#model/analysis/analysis.ts";
import { exactValue, formatValue, unitWord, withoutUnitWord } from "#reporter/metric-values.ts";
import { formatExact } from "#reporter/numbers.ts";
import { describeMedian } from "./median-words.ts";
import "#dashboard/styles/statistics-table.css";
import "#dashboard/styles/metric-table.css";
import "./distribution.css";

const percentile = (quantile: number) => `p${Number((quantile * 100).toFixed(2))}`;

/** How each variant's values are spread: outliers and tails that a mean hides. */
export function Distribution(props: { metric: MetricAnalysis; control: string; alpha: number }) {
  const arms = createMemo(() => {
    const available = (props.metric.distribution ?? []).filter(({ quantiles }) => quantiles.length > 0);
    return [
      ...available.filter(({ variant }) => variant === props.control),
      ...available.filter(({ variant }) => variant !== props.control),
    ];
  });
  const scale = createMemo(() =>
    valueScale(arms().flatMap(({ quantiles }) => quantiles.map(({ value }) => value))),
  );
  const definition = () => props.metric.definition;
  const short = (value: number) => formatValue(withoutUnitWord(definition()), value, null);
  const label = ({ variant, quantiles }: VariantDistribution) =>
    `${variant}: ${quantiles.map(({ quantile, value }) => `${percentile(quantile)} ${short(value)}`).join(", ")}`;
  const levels = () => arms()[0]?.quantiles.map(({ quantile }) => quantile) ?? [];
  return (
    <div class="distribution">
      <div class="distribution-strips">
        <Index each={arms()}>
          {(arm) => (
            <>
              <span class="metric-variant" title={arm().variant}>
                {arm().variant}
              </span>
              <QuantileStrip scale={scale()} distribution={arm()} label={label(arm())} />
            </>
          )}
        </Index>
        <span class="metric-sub">{unitWord(definition())}</span>
        <ValueAxis scale={scale()} formatTick={short} />
      </div>
      <p class="statistics-note">
        Dot: median. Thick line: 25th to 75th percentile. Thin line: 5th to 95th percentile. Tick: 99th
        percentile.
        {scale().isLogarithmic ? " The axis is logarithmic." : ""}
      </p>
      <ul class="distribution-medians">
        <For each={props.metric.comparisons}>
          {(comparison) => (
            <Show when={describeMedian(props.metric, comparison, props.alpha)}>
              {(words) => <li>{words()}</li>}
            </Show>
          )}
        </For>
      </ul>
      <section class="statistics-frame" tabindex="0" aria-label={`Quantiles of ${definition().name}`}>
        <table class="statistics-table quantile-table">
          <thead>
            <tr>
              <th scope="col">Quantile</th>
              <For each={levels()}>
                {(quantile) => (
                  <th scope="col" class="statistics-number">
                    {percentile(quantile)}
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <Index each={arms()}>
              {(arm) => (
                <tr>
                  <th scope="row">{arm().variant}</th>
                  <Index each={arm().quantiles}>
                    {(estimate) => (
                      <td class="statistics-number number">
                        <Exact
                          exact={`${exactValue(definition(), estimate().value)}\nStandard error ${formatExact(estimate().standardError)}`}
                          method="From a sketch, clustered by unit: exact where a value repeats, otherwise to within 1%."
                        >
                          <LiveText
                            text={formatValue(
                              withoutUnitWord(definition()),
                              estimate().value,
                              estimate().standardError,
                            )}
                          />
                        </Exact>
                      </td>
                    )}
                  </Index>
                </tr>
              )}
            </Index>
          </tbody>
        </table>
      </section>
    </div>
  );
}
