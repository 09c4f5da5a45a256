import { useSearchParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createMemo, Match, Show, Switch } from "solid-js";
import type { SeriesLook } from "#dashboard/charts/draw-series.ts";
import { SeriesPlot } from "#dashboard/charts/series-plot.tsx";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { resultQueries } from "#dashboard/data/results.ts";
import { effectOf } from "#dashboard/format/effect.ts";
import { marginLine } from "#dashboard/format/margin.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { Disclosure } from "#dashboard/ui/disclosure.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Segmented } from "#dashboard/ui/segmented.tsx";
import { Select } from "#dashboard/ui/select.tsx";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import type { ExperimentResults } from "#model/analysis/results.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { formatDifference, formatInterval, formatTick } from "#reporter/metric-values.ts";
import { MetricPicker } from "./metric-picker.tsx";
import { confidenceWords } from "./metric-titles.ts";
import { SeriesTable } from "./series-table.tsx";
import { describeSeries } from "./series-words.ts";
import "./interval-legend.css";
import "./over-time.css";

const HEIGHT = 280;

/** One look is no line: it would be a plane of one color. */
const MINIMUM_LOOKS = 2;

/** More choices than these do not fit in a row. */
const MAXIMUM_SEGMENTS = 4;

/** How one metric's intervals narrowed from look to look, and what that says about stopping. */
export function OverTime(props: {
  experiment: Experiment;
  results: ExperimentResults;
  metric: MetricAnalysis;
}) {
  const [query, setQuery] = useSearchParams<{ treatment?: string }>();
  const series = useQuery(() => resultQueries.series(props.experiment.spec.key, props.metric.metric));
  const treatments = () => props.metric.comparisons.map(({ variant }) => variant);
  const treatment = createMemo(
    () => treatments().find((key) => key === query.treatment) ?? treatments()[0] ?? "",
  );
  const looks = createMemo(() =>
    (loadedData(series)?.metric === props.metric.metric ? (loadedData(series)?.points ?? []) : []).flatMap(
      ({ takenAt, comparisons }): SeriesLook[] => {
        const treatmentLook = comparisons.find(({ variant }) => variant === treatment());
        if (
          !treatmentLook ||
          treatmentLook.estimate === null ||
          !treatmentLook.interval ||
          !treatmentLook.alwaysValid
        )
          return [];
        const { estimate, interval, alwaysValid } = treatmentLook;
        return [
          {
            takenAt,
            estimate,
            fixed: [interval.lower, interval.upper],
            alwaysValid: [alwaysValid.lower, alwaysValid.upper],
          },
        ];
      },
    ),
  );
  // Every part is settled by itself, so that a poll that changes none of them leaves the picture alone.
  const definition = createMemo(() => props.metric.definition);
  const alpha = () => props.results.analysis.alpha;
  const comparison = () => props.metric.comparisons.find(({ variant }) => variant === treatment());
  const margin = createMemo(
    () =>
      marginLine(
        props.experiment.spec,
        props.metric,
        props.results.guardrails.filter(
          ({ metric }) => metric === props.metric.metric && props.metric.role === "guardrail",
        ),
      ),
    undefined,
    { equals: (before, after) => before?.at === after?.at && before?.harmSide === after?.harmSide },
  );
  const decidedAt = createMemo(() => props.results.conclusion?.at ?? null);
  const effect = createMemo(() => {
    const treatmentComparison = comparison();
    return treatmentComparison ? effectOf(props.metric, treatmentComparison) : "unavailable";
  });
  const describe = ({ takenAt, estimate, fixed, alwaysValid }: SeriesLook) => {
    const ends = ([lower, upper]: SeriesLook["fixed"]) => ({ lower, upper });
    const width = (alwaysValid[1] ?? 0) - (alwaysValid[0] ?? 0);
    const precision = width > 0 ? width / 6 : null;
    return [
      formatDateTime(takenAt),
      `${treatment()}: ${formatDifference(definition(), estimate, precision)}`,
      `Always valid: ${formatInterval(definition(), ends(alwaysValid), precision ?? 0)}`,
      `Fixed horizon: ${formatInterval(definition(), ends(fixed), precision ?? 0)}`,
    ].join("\n");
  };
  const words = createMemo(() =>
    describeSeries({
      looks: looks(),
      variant: treatment(),
      improvementSign: improvementSign(definition()),
      margin: margin(),
      live: props.results.live,
    }),
  );
  const from = createMemo(() => props.experiment.startedAt ?? looks()[0]?.takenAt ?? 0);
  /** The newest look stands until the next one is due. */
  const until = createMemo(() => {
    const last = looks().at(-1)?.takenAt ?? from();
    const interval = props.results.live ? props.experiment.spec.analysisIntervalSeconds * 1_000 : 0;
    return last + Math.max(interval, (last - from()) * 0.02);
  });
  const drawing = createMemo(() => {
    return {
      looks: looks(),
      margin: margin(),
      effect: effect(),
      from: from(),
      until: until(),
      decidedAt: decidedAt(),
      height: HEIGHT,
      formatTick: (value: number) => formatTick(definition(), value),
      describe,
      label: `${definition().name} over time: ${words()}`,
    };
  });
  const choose = (key: string) => setQuery({ treatment: key }, { replace: true, scroll: false });
  const choices = () => treatments().map((key) => ({ value: key, label: key }));
  return (
    <Panel title="Interval over time">
      <div class="over-time-controls">
        <MetricPicker metrics={props.results.analysis.metrics} selected={props.metric.metric} />
        <Show when={treatments().length > 1}>
          <Show
            when={treatments().length <= MAXIMUM_SEGMENTS}
            fallback={<Select label="Treatment" options={choices()} value={treatment()} onChange={choose} />}
          >
            <Segmented label="Treatment" options={choices()} value={treatment()} onChange={choose} />
          </Show>
        </Show>
      </div>
      <p class="over-time-words">{series.isPending ? "Loading earlier analyses…" : words()}</p>
      <Switch
        fallback={
          <div class="over-time-empty" style={{ height: `${drawing().height}px` }}>
            {series.isPending ? "" : "The chart appears after the first analysis with enough units."}
          </div>
        }
      >
        <Match when={loadedData(series) === undefined && series.error}>
          {(error) => <QueryError error={error()} retry={() => void series.refetch()} />}
        </Match>
        <Match when={looks().length === 1}>
          <p class="muted">
            {props.results.live
              ? `One analysis so far, at ${formatDateTime(looks()[0]?.takenAt ?? 0)}. The chart starts with the second.`
              : "The experiment ended with its first analysis, so there is no chart."}
          </p>
        </Match>
        <Match when={looks().length >= MINIMUM_LOOKS}>
          <SeriesPlot drawing={drawing()} />
        </Match>
      </Switch>
      <ul class="over-time-legend" hidden={looks().length < MINIMUM_LOOKS}>
        <li>
          <span class="legend-mark" data-kind="band" aria-hidden="true" />
          {confidenceWords(alpha())} always valid
        </li>
        <li>
          <span class="legend-mark" data-kind="inner" aria-hidden="true" />
          {confidenceWords(alpha())} fixed horizon
        </li>
        <Show when={margin()}>
          <li>
            <span class="legend-mark" data-kind="margin" aria-hidden="true" />
            tolerance, harmful side shaded
          </li>
        </Show>
        <Show when={decidedAt()}>
          {(at) => (
            <li>
              <span class="legend-mark" data-kind="decision" aria-hidden="true" />
              decided {formatDateTime(at())}
            </li>
          )}
        </Show>
      </ul>
      <Show when={looks().length > 0}>
        <Disclosure
          title="Show as a table"
          about={looks().length === 1 ? "1 analysis" : `${looks().length} analyses`}
        >
          <SeriesTable definition={definition()} looks={looks()} />
        </Disclosure>
      </Show>
    </Panel>
  );
}
