import { useParams } from "@solidjs/router";
import { createEffect, Match, Show, Switch } from "solid-js";
import { PageHeader } from "../../components/page-header.tsx";
import { QueryError } from "../../components/query-error.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { useConfig } from "../../data/queries/configs.ts";
import { useDecisions, useExperiment, useResults } from "../../data/queries/experiments.ts";
import { DecisionPanel } from "./decision-panel.tsx";
import { ExperimentHeader } from "./experiment-header.tsx";

import { NotStarted, WaitingForData } from "./no-results.tsx";
import { QualityPanel } from "./quality-panel.tsx";
import { ResultsTab } from "./results/results-tab.tsx";
import { SampleRatioPanel } from "./sample-ratio-panel.tsx";
import { SetupPanel } from "./setup-panel.tsx";
import { StatStrip } from "./stat-strip.tsx";
import { TimelinePanel } from "./timeline-panel.tsx";
import { VerdictBanner } from "./verdict-banner.tsx";
import "./experiment-page.css";

/** One experiment: the verdict first, then the numbers behind it. */
export default function ExperimentPage() {
  const params = useParams<{ key: string }>();
  const key = () => params.key;
  const experiment = useExperiment(key);
  const hasStarted = () => typeof experiment.data?.startedAt === "number";
  const results = useResults(key, hasStarted);
  const decisions = useDecisions(key);
  const config = useConfig(() => experiment.data?.spec.config);
  const readError = () => (experiment.data === undefined && experiment.error) || undefined;
  const resultsError = () => (results.data === undefined && results.error) || undefined;
  createEffect(() => {
    document.title = `${experiment.data?.spec.name ?? key()} · Bakeoff`;
  });
  return (
    <Switch>
      <Match when={readError()}>
        {(error) => (
          <>
            <PageHeader title={key()} />
            <QueryError error={error()} retry={() => void experiment.refetch()} />
          </>
        )}
      </Match>
      <Match when={experiment.data === undefined}>
        <Skeleton label="Loading the experiment" rows={3} height="card" />
      </Match>
      <Match when={experiment.data}>
        {(known) => (
          <>
            <ExperimentHeader
              experiment={known()}
              results={results.data}
              stalled={experiment.isRefetchError || results.isRefetchError}
            />
            <Switch>
              <Match when={resultsError()}>
                {(error) => <QueryError error={error()} retry={() => void results.refetch()} />}
              </Match>
              <Match when={hasStarted() && results.isPending}>
                <Skeleton label="Loading the results" rows={3} height="card" />
              </Match>
              <Match when={results.data}>
                {(latest) => (
                  <>
                    <VerdictBanner results={latest()} />
                    <StatStrip experiment={known()} analysis={latest().analysis} />
                  </>
                )}
              </Match>
            </Switch>
            <div class="experiment-columns">
              <div class="experiment-main">
                <Show
                  when={results.data}
                  fallback={
                    <Show when={!hasStarted()}>
                      <NotStarted spec={known().spec} />
                    </Show>
                  }
                >
                  {(latest) => (
                    <>
                      <Show when={latest().analysis.units === 0}>
                        <WaitingForData spec={known().spec} />
                      </Show>
                      <ResultsTab experiment={known()} results={latest()} />
                    </>
                  )}
                </Show>
              </div>
              <div class="experiment-side">
                <Show when={results.data}>
                  {(latest) => (
                    <>
                      <DecisionPanel decision={latest().decision} />
                      <SampleRatioPanel check={latest().analysis.sampleRatio} />
                      <QualityPanel analysis={latest().analysis} reason={latest().decision.reason.code} />
                    </>
                  )}
                </Show>
                <SetupPanel spec={known().spec} config={config.data} />
                <Show when={decisions.data?.decisions.length}>
                  <TimelinePanel decisions={decisions.data?.decisions ?? []} />
                </Show>
              </div>
            </div>
          </>
        )}
      </Match>
    </Switch>
  );
}
