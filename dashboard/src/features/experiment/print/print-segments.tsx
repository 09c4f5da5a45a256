import { useQuery } from "@tanstack/solid-query";
import { For, Match, Switch } from "solid-js";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { resultQueries } from "#dashboard/data/results.ts";
import { unavailableWords } from "#dashboard/format/words.ts";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import type { Segmentation, SegmentResults } from "#model/analysis/segments.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { formatDifference, formatInterval } from "#reporter/metric-values.ts";
import { formatCount } from "#reporter/numbers.ts";
import { confidenceWords } from "../results/metric-titles.ts";
import { describeReversal } from "../segments/segment-words.ts";

/** Each reads the whole log. */
const MAXIMUM_SEGMENTATIONS = 4;

/** By what a report breaks an experiment down: the attributes and properties that it keeps, the first few. */
export function segmentationsOf(spec: ExperimentSpec): Segmentation[] {
  const { strata } = spec.adjustFor ?? {};
  // Numeric covariates have a value for nearly every unit.
  const kept = new Set([...(strata ? [strata.attribute] : []), ...spec.attributes]);
  const attributes = [...kept].map((name) => ({ source: "attribute", name }) as const);
  const properties = (spec.properties ?? []).map((name) => ({ source: "property", name }) as const);
  return [...attributes, ...properties].slice(0, MAXIMUM_SEGMENTATIONS);
}

/** The primary metric by the attributes and properties that the experiment keeps. */
export function PrintSegments(props: { spec: ExperimentSpec }) {
  return (
    <section>
      <h2>Segments</h2>
      <p class="print-note">
        Exploratory: segments raise questions for a next experiment. Intervals are stricter, one for each
        comparison.
      </p>
      <For each={segmentationsOf(props.spec)}>
        {(segmentation) => <PrintSegmentation spec={props.spec} segmentation={segmentation} />}
      </For>
    </section>
  );
}

function PrintSegmentation(props: { spec: ExperimentSpec; segmentation: Segmentation }) {
  const results = useQuery(() => resultQueries.segments(props.spec.key, props.segmentation));
  return (
    <section class="print-metric">
      <h3>By {props.segmentation.name}</h3>
      <Switch
        fallback={
          <Skeleton label={`Reading the event log for ${props.segmentation.name}`} rows={2} height="row" />
        }
      >
        <Match when={loadedData(results)}>
          {(segments) => <SegmentLines spec={props.spec} segments={segments()} />}
        </Match>
        <Match when={results.isError}>
          <p class="print-note">It has too many values, or could not be read.</p>
        </Match>
      </Switch>
    </section>
  );
}

function SegmentLines(props: { spec: ExperimentSpec; segments: SegmentResults }) {
  const primary = () => props.spec.metrics.find(({ role }) => role === "primary")?.metric;
  const lines = () => {
    const { overall, segments } = props.segments;
    const all = [
      { name: "All units", units: overall.units, metrics: overall.metrics },
      ...segments.map(({ value, units, metrics }) => ({ name: String(value), units, metrics })),
    ];
    return all.flatMap(({ name, units, metrics }) => {
      const metric = metrics.find((candidate) => candidate.metric === primary());
      return (metric?.comparisons ?? []).map((comparison) => ({ name, units, metric, comparison }));
    });
  };
  const words = (
    metric: MetricAnalysis | undefined,
    { difference }: MetricAnalysis["comparisons"][number],
  ): [string, string] => {
    if (difference.status !== "ok") return [unavailableWords[difference.reason], "—"];
    if (!metric) return [unavailableWords.insufficient_data, "—"];
    const { estimate, standardError, alwaysValid } = difference;
    return [
      formatDifference(metric.definition, estimate, standardError),
      formatInterval(metric.definition, alwaysValid.interval, standardError),
    ];
  };
  return (
    <>
      <div class="print-frame">
        <table class="print-table">
          <thead>
            <tr>
              <th scope="col">Segment</th>
              <th scope="col">Units</th>
              <th scope="col">Variant</th>
              <th scope="col">Difference</th>
              <th scope="col">{confidenceWords(props.segments.correctedAlpha)} always valid</th>
            </tr>
          </thead>
          <tbody>
            <For each={lines()}>
              {({ name, units, metric, comparison }) => (
                <tr>
                  <th scope="row">{name}</th>
                  <td>{formatCount(units)}</td>
                  <td>{comparison.variant}</td>
                  <For each={words(metric, comparison)}>{(text) => <td>{text}</td>}</For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
      <For each={props.segments.reversals.filter(({ metric }) => metric === primary())}>
        {(reversal) => <p class="print-note">{describeReversal(props.segments, reversal)}</p>}
      </For>
    </>
  );
}
