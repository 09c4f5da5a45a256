import { useParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createEffect, Match, Show, Switch } from "solid-js";
import { auditQueries } from "#dashboard/data/audit.ts";
import { configQueries } from "#dashboard/data/configs.ts";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { resultQueries } from "#dashboard/data/results.ts";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";
import { ExperimentActions } from "./actions/experiment-actions.tsx";
import { DecisionsTab } from "./decisions/decisions-tab.tsx";
import { DraftPanel } from "./draft-panel.tsx";
import { ExperimentHeader } from "./experiment-header.tsx";
import { ExperimentTabs } from "./experiment-tabs.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { GuardrailPanel } from "./guardrail-panel.tsx";
import { WaitingForData } from "./no-results.tsx";
import { ReleasePanel } from "./release-panel.tsx";
import { ResultsSinceEnd } from "./results/results-since-end.tsx";
import { ResultsTab } from "./results/results-tab.tsx";
import { SegmentsTab } from "./segments/segments-tab.tsx";
import { SetupTab } from "./setup/setup-tab.tsx";
import { StatStrip } from "./stat-strip.tsx";
import { TrafficTab } from "./traffic/traffic-tab.tsx";
import { useEndingAnnouncement } from "./use-ending-announcement.ts";
import { verdictOf } from "./verdict.ts";
import { VerdictBanner } from "./verdict-banner.tsx";
import "./experiment-page.css";

/** One experiment: the verdict first, then the numbers behind it, and what can be done about it. */
export default function ExperimentPage() {
  const params = useParams<{ key: string }>();
  const key = () => params.key;
  const experiment = useQuery(() => experimentQueries.detail(key()));
  const readError = () => (loadedData(experiment) === undefined && experiment.error) || undefined;
  createEffect(() => {
    document.title = `${loadedData(experiment)?.spec.name ?? key()} · Bakeoff`;
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
      <Match when={loadedData(experiment) === undefined}>
        <Skeleton label="Loading the experiment" rows={3} height="card" />
      </Match>
      <Match when={loadedData(experiment)}>
        {(loadedExperiment) => (
          <Show when={loadedExperiment().spec.key} keyed>
            {(_key) => (
              <KnownExperiment
                experiment={loadedExperiment()}
                stalled={experiment.isRefetchError}
                onOutdated={() => void experiment.refetch()}
              />
            )}
          </Show>
        )}
      </Match>
    </Switch>
  );
}

function KnownExperiment(props: {
  experiment: Experiment;
  stalled: boolean;
  /** Is called when the results tell what the experiment does not know yet. */
  onOutdated: () => void;
}) {
  const spec = () => props.experiment.spec;
  const key = () => spec().key;
  const hasStarted = () => props.experiment.startedAt !== null;
  const results = useQuery(() => ({ ...resultQueries.latest(key()), enabled: hasStarted() }));
  const config = useQuery(() => configQueries.detail(spec().config));
  const audit = useQuery(() => auditQueries.newest(`experiment:${key()}`));
  const actorOf = (action: string) =>
    loadedData(audit)?.entries.find((entry) => entry.action === action)?.actor;
  // Of two answers the results may be the newer one: they know that it has ended.
  createEffect(() => {
    if (loadedData(results)?.conclusion && props.experiment.conclusion === null) props.onOutdated();
  });
  const resultsError = () => (loadedData(results) === undefined && results.error) || undefined;
  useEndingAnnouncement(
    () => props.experiment,
    () => loadedData(results),
  );
  const verdict = () =>
    verdictOf({
      experiment: props.experiment,
      results: loadedData(results),
      liveVersion: loadedData(config)?.liveVersion,
    });
  const content = {
    results: () => (
      <Switch fallback={<Skeleton label="Loading the results" rows={3} height="card" />}>
        <Match when={resultsError()}>
          {(error) => <QueryError error={error()} retry={() => void results.refetch()} />}
        </Match>
        <Match when={loadedData(results)}>
          {(latest) => (
            <div class="experiment-tab">
              <Show when={latest().analysis.units === 0 && props.experiment.endedAt === null}>
                <WaitingForData spec={spec()} />
              </Show>
              <ResultsSinceEnd experiment={props.experiment} results={latest()}>
                {(resultsInView) => (
                  <>
                    <GuardrailPanel spec={spec()} results={resultsInView()} />
                    <ResultsTab experiment={props.experiment} results={resultsInView()} />
                  </>
                )}
              </ResultsSinceEnd>
            </div>
          )}
        </Match>
      </Switch>
    ),
    segments: () => <SegmentsTab experiment={props.experiment} />,
    traffic: () => <TrafficTab experiment={props.experiment} results={loadedData(results)} />,
    decisions: () => <DecisionsTab experiment={props.experiment} />,
    setup: () => <SetupTab experiment={props.experiment} liveVersion={loadedData(config)?.liveVersion} />,
  };
  return (
    <>
      <ExperimentHeader
        experiment={props.experiment}
        results={loadedData(results)}
        stalled={props.stalled || results.isRefetchError}
        createdBy={actorOf("experiment.create")}
        startedBy={actorOf("experiment.start")}
      >
        <ExperimentActions
          experiment={props.experiment}
          results={loadedData(results)}
          liveVersion={loadedData(config)?.liveVersion}
        />
        <ExportMenu experiment={props.experiment} />
      </ExperimentHeader>
      <div class="experiment-verdict">
        <VerdictBanner verdict={verdict()} />
        <ReleasePanel experiment={props.experiment} />
        <Show when={loadedData(results)}>
          {(latest) => <StatStrip experiment={props.experiment} analysis={latest().analysis} />}
        </Show>
        <Show when={props.experiment.status === "draft"}>
          <DraftPanel experiment={props.experiment} liveVersion={loadedData(config)?.liveVersion} />
        </Show>
      </div>
      <ExperimentTabs hasStarted={hasStarted()} content={content} />
    </>
  );
}
