import { For, Show } from "solid-js";
import { Badge } from "#dashboard/ui/badge.tsx";
import type { SegmentResults } from "#model/analysis/segments.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { formatCount, formatExact, plural } from "#reporter/numbers.ts";
import { useChosenMetric } from "../results/chosen-metric.ts";
import { MetricPicker } from "../results/metric-picker.tsx";
import { confidenceWords } from "../results/metric-titles.ts";
import { SegmentTable } from "./segment-table.tsx";
import { describeRest, describeReversal } from "./segment-words.ts";
import "./segments.css";
import "./segment-report.css";

/** What the breakdown by one property says, with everything one must know before believing it. */
export function SegmentReport(props: { spec: ExperimentSpec; segments: SegmentResults }) {
  const [metricKey] = useChosenMetric(() => props.segments.overall.metrics);
  const count = () => props.segments.segments.length;
  const other = () => props.segments.other;
  return (
    <>
      <div class="segment-caution">
        <Badge tone="caution" icon="question">
          Exploratory
        </Badge>
        <p>
          Segments suggest what to test next and are not used in decisions. Among many segments some differ by
          chance, so the error rate of {formatExact(props.segments.alpha)} is divided among{" "}
          {plural(formatCount(props.segments.comparisons), "comparison")} (
          {plural(formatCount(count()), "segment")} ×{" "}
          {plural(formatCount(props.spec.variants.length - 1), "treatment")}): every interval here is one of{" "}
          {confidenceWords(props.segments.correctedAlpha)}.
        </p>
      </div>
      <Show when={props.segments.reversals.length > 0}>
        <section class="segment-reversals" aria-label="Reversals">
          <h2>
            {plural(formatCount(props.segments.reversals.length), "segment result")} against the overall
            result
          </h2>
          <ul>
            <For each={props.segments.reversals}>
              {(reversal) => <li>{describeReversal(props.segments, reversal)}</li>}
            </For>
          </ul>
          <p>
            Check what differs there before you promote: the overall result averages opposite effects and
            changes with your traffic mix.
          </p>
        </section>
      </Show>
      <Show
        when={count() > 0}
        fallback={
          <p class="segment-none">
            {props.segments.source === "property" ? "No event has the property" : "No unit has the attribute"}{" "}
            <code>{props.segments.property}</code>.
          </p>
        }
      >
        <Show when={metricKey()}>
          {(metric) => (
            <>
              <div class="segment-picker">
                <MetricPicker metrics={props.segments.overall.metrics} selected={metric().metric} />
              </div>
              <SegmentTable spec={props.spec} segments={props.segments} metric={metric().metric} />
            </>
          )}
        </Show>
      </Show>
      <ul class="segment-rest">
        <Show when={other().values > 0}>
          <li>
            {plural(formatCount(other().values), "less frequent value")} with{" "}
            {plural(formatCount(other().units), "unit")} and {plural(formatCount(other().events), "event")}{" "}
            {other().values === 1 ? "is" : "are"} not analyzed, because each additional segment widens all
            intervals.
          </li>
        </Show>
        <For each={describeRest(props.segments)}>{(sentence) => <li>{sentence}</li>}</For>
      </ul>
    </>
  );
}
