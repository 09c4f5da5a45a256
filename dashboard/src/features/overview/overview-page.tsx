import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { lazy, Match, Show, Suspense, Switch } from "solid-js";
import type { Overview } from "#contract/overview.ts";
import { routes } from "#dashboard/app/routes.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { overviewQueries } from "#dashboard/data/overview.ts";
import { Icon } from "#dashboard/ui/icon.tsx";
import { LiveStamp } from "#dashboard/ui/live-stamp.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import { ActiveList } from "./active-list.tsx";
import { AttentionList } from "./attention-list.tsx";
import { DecisionList } from "./decision-list.tsx";
import { StatusCounts } from "./status-counts.tsx";
import "#dashboard/styles/page-header.css";
import "#dashboard/styles/button.css";
import "./overview-page.css";

// Seen once per installation, so no other visit loads it.
const FirstSteps = lazy(() => import("./first-steps.tsx"));

function isEmpty({ counts }: Overview): boolean {
  return Object.values(counts).every((count) => count === 0);
}

function OverviewBody(props: { overview: Overview }) {
  return (
    <div class="overview">
      <AttentionList items={props.overview.attention} />
      <StatusCounts counts={props.overview.counts} />
      <div class="overview-columns">
        <ActiveList active={props.overview.active} />
        <DecisionList decisions={props.overview.decisions} />
      </div>
    </div>
  );
}

/** The first page: what needs a person, what runs and when it will be over, what was decided. */
export function OverviewPage() {
  const query = useQuery(() => overviewQueries.current());
  return (
    <>
      <PageHeader title="Overview">
        <span class="page-header-note">
          <Show when={loadedData(query)}>
            {(overview) => <LiveStamp takenAt={overview().takenAt} live stalled={query.isRefetchError} />}
          </Show>
        </span>
        <A class="button" data-kind="primary" href={routes.newExperiment.path()}>
          <Icon name="plus" />
          New experiment
        </A>
      </PageHeader>
      <Switch>
        <Match when={loadedData(query)}>
          {(overview) => (
            <Show
              when={!isEmpty(overview())}
              fallback={
                <Suspense>
                  <FirstSteps />
                </Suspense>
              }
            >
              <OverviewBody overview={overview()} />
            </Show>
          )}
        </Match>
        <Match when={query.error}>
          {(error) => <QueryError error={error()} retry={() => void query.refetch()} />}
        </Match>
        <Match when={query.isPending}>
          <Skeleton label="Loading the overview" rows={3} height="card" />
        </Match>
      </Switch>
    </>
  );
}
