import { useQuery } from "@tanstack/solid-query";
import { Match, Show, Switch } from "solid-js";
import { useClock } from "#dashboard/data/clock.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { resultQueries } from "#dashboard/data/results.ts";
import { Panel } from "#dashboard/ui/panel.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import type { ExperimentResults } from "#model/analysis/results.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { ExclusionsPanel } from "./exclusions-panel.tsx";
import { ExposurePlot } from "./exposure-plot.tsx";
import { QualityPanel } from "./quality-panel.tsx";
import { ReportingPanel } from "./reporting-panel.tsx";
import { SampleRatioPanel } from "./sample-ratio-panel.tsx";
import { VerifyPanel } from "./verify-panel.tsx";
import "./traffic-tab.css";

/** A line needs two ends. */
const MINIMUM_POINTS = 2;

/** Who came, whether the split is as planned, and whether the data can be trusted. */
export function TrafficTab(props: { experiment: Experiment; results: ExperimentResults | undefined }) {
  const key = () => props.experiment.spec.key;
  const now = useClock();
  const series = useQuery(() => ({
    ...resultQueries.series(key(), undefined),
    enabled: props.experiment.startedAt !== null,
  }));
  const elapsed = () => {
    const { startedAt, endedAt } = props.experiment;
    return startedAt === null ? 0 : Math.max(0, (endedAt ?? now()) - startedAt);
  };
  const points = () => loadedData(series)?.points ?? [];
  return (
    <div class="experiment-columns">
      <div class="stack">
        <Panel title="Units over time">
          <Switch fallback={<Skeleton label="Loading the traffic" rows={1} height="card" />}>
            <Match when={loadedData(series) === undefined && series.error}>
              {(error) => <QueryError error={error()} retry={() => void series.refetch()} />}
            </Match>
            <Match when={loadedData(series) && points().length < MINIMUM_POINTS}>
              <p class="muted">
                The chart starts with the second analysis. An analysis runs every{" "}
                {Math.round(props.experiment.spec.analysisIntervalSeconds / 60)} min.
              </p>
            </Match>
            <Match when={loadedData(series)}>
              <ul class="traffic-legend">
                <li>
                  <span class="traffic-mark" data-kind="observed" aria-hidden="true" />
                  units seen so far
                </li>
                <li>
                  <span class="traffic-mark" data-kind="expected" aria-hidden="true" />
                  expected from the weights
                </li>
              </ul>
              <ExposurePlot
                points={points()}
                variants={props.experiment.spec.variants.map(({ key: variant }) => variant)}
              />
            </Match>
          </Switch>
        </Panel>
        <Show when={props.results}>{(results) => <ReportingPanel analysis={results().analysis} />}</Show>
      </div>
      <div class="stack">
        <Show
          when={props.results}
          fallback={<Skeleton label="Loading the data quality" rows={2} height="card" />}
        >
          {(results) => (
            <>
              <SampleRatioPanel check={results().analysis.sampleRatio} />
              <QualityPanel
                analysis={results().analysis}
                reason={results().decision.reason.code}
                elapsed={elapsed()}
                lastEventAt={results().lastEventAt}
                unvouched={results().unvouched}
              />
            </>
          )}
        </Show>
        <ExclusionsPanel exclusions={props.experiment.exclusions} />
        <VerifyPanel experiment={key()} />
      </div>
    </div>
  );
}
