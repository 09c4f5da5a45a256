import { createMemo, Show } from "solid-js";
import type { PrimarySummary } from "#contract/lists.ts";
import { effectWords } from "#dashboard/format/words.ts";
import { formatDifference, formatInterval, unitWord, withoutUnitWord } from "#reporter/metric-values.ts";
import { plural } from "#reporter/numbers.ts";
import { EffectMark } from "./effect-badge.tsx";
import { MiniInterval } from "./mini-interval.tsx";
import { type PrimaryView, primaryViews } from "./primary-result-view.ts";
import "./primary-result.css";

/** The primary metric of an experiment in two lines: its name, and its most promising treatment against control. */
export function PrimaryResult(props: { reading: PrimarySummary }) {
  const views = createMemo(() => primaryViews(props.reading));
  const treatments = () => props.reading.comparisons.length;
  const describe = ({ variant, effect, interval, standardError }: PrimaryView) =>
    `${variant} vs. control: ${effectWords[effect].toLowerCase()}, always-valid interval ${formatInterval(props.reading.metric, interval, standardError)}`;
  return (
    <div class="primary-result">
      <span class="primary-metric">
        {props.reading.metric.name}
        <Show when={unitWord(props.reading.metric)}>{(unit) => <>, {unit()}</>}</Show>
      </span>
      <Show when={views()[0]} fallback={<span class="muted">Too few units yet</span>}>
        {(best) => (
          <div class="primary-line">
            <MiniInterval view={best()} label={describe(best())} />
            <span class="primary-difference number" title={describe(best())}>
              {formatDifference(withoutUnitWord(props.reading.metric), best().estimate, best().standardError)}
            </span>
            <span class="primary-effect">
              <EffectMark effect={best().effect} />
              <span aria-hidden="true">{effectWords[best().effect]}</span>
            </span>
          </div>
        )}
      </Show>
      <Show when={views()[0]}>
        {(best) => (
          <span class="primary-variant">
            {best().variant}
            <span class="number">
              {" · "}
              {formatInterval(withoutUnitWord(props.reading.metric), best().interval, best().standardError)}
            </span>
            <Show when={treatments() > 1}>
              <span class="muted"> · ahead of {plural(String(treatments() - 1), "other treatment")}</span>
            </Show>
          </span>
        )}
      </Show>
    </div>
  );
}
