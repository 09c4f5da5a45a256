import { createMemo, Index, Show } from "solid-js";
import type { MetricAnalysis } from "../../../src/model/analysis.ts";
import { formatDifference, formatInterval, unitWord, withoutUnitWord } from "../format/metric-value.ts";
import { effectWords } from "../format/words.ts";
import { EffectMark } from "./effect-badge.tsx";
import { type IntervalView, intervalViews } from "./interval-view.ts";
import { MiniInterval } from "./mini-interval.tsx";
import "./primary-result.css";

/** With more treatments a list row would outgrow its neighbours. */
const MAXIMUM_SHOWN = 3;

/** The primary metric of an experiment in a few lines: one per treatment. */
export function PrimaryResult(props: { metric: MetricAnalysis }) {
  const views = createMemo(() => intervalViews(props.metric));
  const describe = ({ variant, effect, difference }: IntervalView) => {
    const { definition } = props.metric;
    const interval = formatInterval(definition, difference.alwaysValid.interval, difference.standardError);
    return `${variant}: ${effectWords[effect].toLowerCase()}, always-valid interval ${interval}`;
  };
  return (
    <div class="primary-result">
      <span class="primary-metric">
        {props.metric.definition.name}
        <Show when={unitWord(props.metric.definition)}>{(unit) => <>, {unit()}</>}</Show>
      </span>
      <Show when={views().length > 0} fallback={<span class="muted">Too few units yet</span>}>
        <Index each={views().slice(0, MAXIMUM_SHOWN)}>
          {(view) => (
            <div class="primary-line">
              <MiniInterval view={view()} all={views()} label={describe(view())} />
              <span class="primary-difference number">
                {formatDifference(
                  withoutUnitWord(props.metric.definition),
                  view().difference.estimate,
                  view().difference.standardError,
                )}
              </span>
              <EffectMark effect={view().effect} />
              <span class="primary-variant">{view().variant}</span>
            </div>
          )}
        </Index>
      </Show>
      <Show when={views().length > MAXIMUM_SHOWN}>
        <span class="muted">and {views().length - MAXIMUM_SHOWN} more</span>
      </Show>
    </div>
  );
}
