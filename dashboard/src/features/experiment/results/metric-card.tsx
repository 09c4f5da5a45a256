import { createMemo, createUniqueId, Index, Show } from "solid-js";
import { differenceScale } from "#dashboard/charts/difference-scale.ts";
import { IntervalAxis } from "#dashboard/charts/interval-axis.tsx";
import { differenceDomain, intervalViews } from "#dashboard/charts/interval-view.ts";
import { formatMargin, marginLine, marginOf } from "#dashboard/format/margin.ts";
import { directionWords } from "#dashboard/format/metric-words.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import { Disclosure } from "#dashboard/ui/disclosure.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { useIsNarrow } from "#dashboard/ui/use-is-narrow.ts";
import type { GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { formatDuration } from "#reporter/durations.ts";
import { formatTick } from "#reporter/metric-values.ts";
import { formatCount } from "#reporter/numbers.ts";
import { Distribution } from "./distribution.tsx";
import { MetricRow } from "./metric-row.tsx";
import { Statistics } from "./statistics.tsx";
import { Winsorized } from "./winsorized.tsx";
import "#dashboard/styles/metric-table.css";
import "./metric-card.css";

/** One metric: what each variant reached, how far each treatment is from control, and the statistics on demand. */
export function MetricCard(props: {
  spec: ExperimentSpec;
  metric: MetricAnalysis;
  guardrails: readonly GuardrailResult[];
  alpha: number;
  /** Of all variants. */
  units: number;
  /** Shows the metric over time; left out where that is on screen already. */
  onOverTime?: ((metric: string) => void) | undefined;
}) {
  const id = createUniqueId();
  const narrow = useIsNarrow();
  const views = createMemo(() => intervalViews(props.metric, props.guardrails));
  const rows = createMemo(() => [
    ...props.metric.variants.filter(({ variant }) => variant === props.spec.control),
    ...props.metric.variants.filter(({ variant }) => variant !== props.spec.control),
  ]);
  const margin = createMemo(() => marginLine(props.spec, props.metric, props.guardrails));
  const scale = createMemo(() => differenceScale(differenceDomain(views(), margin()?.at ?? null)));
  const definition = () => props.metric.definition;
  const entered = () => props.metric.reporting?.arms.reduce((sum, { exposed }) => sum + exposed, 0) ?? 0;
  return (
    <article class="metric-card" aria-labelledby={id}>
      <header class="metric-header">
        <h3 id={id}>{definition().name}</h3>
        <span class="metric-fact">
          <Icon name={definition().direction === "increase" ? "up" : "down"} />
          {directionWords[definition().direction]}
        </span>
        <Show when={props.spec.metrics.find(({ metric }) => metric === props.metric.metric)?.addedAt}>
          {(addedAt) => (
            <span class="metric-fact">
              Added <DateTime at={addedAt()} />, while running: exploratory
            </span>
          )}
        </Show>
        <Show when={props.metric.adjustment}>
          {(adjustment) => (
            <span class="metric-fact">
              {adjustment().imbalancePValue === undefined
                ? "Differences adjusted for covariates"
                : "Not adjusted: covariates differ between variants"}
            </span>
          )}
        </Show>
        <Show when={definition().windowSeconds}>
          {(seconds) => (
            <span class="metric-fact number">
              {formatCount(entered())} of {formatCount(props.units)} units have completed the conversion
              window of {formatDuration(seconds() * 1_000)}
            </span>
          )}
        </Show>
        <Show when={marginOf(props.spec, props.metric)}>
          {(tolerance) => (
            <span class="metric-fact number">
              Tolerance {formatMargin(props.metric, tolerance())}
              {tolerance().kind === "relative" ? " of control" : ""}
            </span>
          )}
        </Show>
        <Show when={props.onOverTime}>
          {(show) => (
            <span class="metric-action">
              <Button
                kind="quiet"
                icon="clock"
                aria-label={`Over time: ${definition().name}`}
                onClick={() => show()(props.metric.metric)}
              >
                Over time
              </Button>
            </span>
          )}
        </Show>
      </header>
      <Show when={definition().description}>
        <p class="metric-description">{definition().description}</p>
      </Show>
      <table class="metric-table" data-narrow={narrow() ? "" : undefined}>
        <thead>
          <tr>
            <th scope="col" class="column-variant">
              Variant
            </th>
            <th scope="col" class="column-value metric-number">
              Value
            </th>
            <th scope="col" class="column-difference metric-number">
              Difference
            </th>
            <Show when={!narrow()}>
              <th scope="col" class="column-plot">
                Interval
              </th>
              <th
                scope="col"
                class="column-chance metric-number"
                title="Not corrected for repeated analyses, so not used in decisions."
              >
                Chance to win
                <span class="metric-sub">Bayesian</span>
              </th>
            </Show>
            <th scope="col" class="column-judgment">
              {props.metric.role === "guardrail" ? "Guardrail" : "Effect"}
            </th>
          </tr>
        </thead>
        <tbody>
          <Index each={rows()}>
            {(row) => (
              <MetricRow
                metric={props.metric}
                row={row()}
                view={views().find(({ variant }) => variant === row().variant)}
                scale={scale()}
                margin={margin()}
                guardrail={props.guardrails.find(({ variant }) => variant === row().variant)}
                alpha={props.alpha}
                narrow={narrow()}
              />
            )}
          </Index>
          <tr class="metric-axis-row">
            <Show when={!narrow()}>
              <td colspan="3" />
            </Show>
            <td class="metric-plot" colspan={narrow() ? 4 : 1}>
              <Show when={views().length > 0}>
                <IntervalAxis scale={scale()} formatTick={(value) => formatTick(definition(), value)} />
              </Show>
            </td>
            <Show when={!narrow()}>
              <td colspan="2" />
            </Show>
          </tr>
        </tbody>
      </table>
      <div class="metric-more">
        <Disclosure title="Statistics">
          <Statistics metric={props.metric} alpha={props.alpha} />
        </Disclosure>
        <Show when={props.metric.distribution?.some(({ quantiles }) => quantiles.length > 0)}>
          <Disclosure title="Distribution">
            <Distribution metric={props.metric} control={props.spec.control} alpha={props.alpha} />
          </Disclosure>
        </Show>
        <Show when={definition().type === "mean"}>
          <Disclosure title="Outliers capped">
            <Winsorized experiment={props.spec.key} definition={definition()} />
          </Disclosure>
        </Show>
      </div>
    </article>
  );
}
