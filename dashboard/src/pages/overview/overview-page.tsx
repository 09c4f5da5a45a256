import { A } from "@solidjs/router";
import { Match, Show, Switch } from "solid-js";
import type { Overview } from "../../../../src/model/overview.ts";
import { FirstSteps } from "../../components/first-steps.tsx";
import { Icon } from "../../components/icon.tsx";
import { LiveStamp } from "../../components/live-stamp.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { QueryError } from "../../components/query-error.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { dataOf } from "../../data/data-of.ts";
import { useOverview } from "../../data/queries/overview.ts";
import { routes } from "../../routes.ts";
import { ActiveList } from "./active-list.tsx";
import { AttentionList } from "./attention-list.tsx";
import { DecisionList } from "./decision-list.tsx";
import { StatusCounts } from "./status-counts.tsx";
import "../../components/button.css";
import "./overview-page.css";

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
  const query = useOverview();
  return (
    <>
      <PageHeader title="Overview">
        <span class="page-header-note">
          <Show when={dataOf(query)}>
            {(overview) => <LiveStamp takenAt={overview().takenAt} live stalled={query.isRefetchError} />}
          </Show>
        </span>
        <A class="button" data-kind="primary" href={routes.newExperiment.path()}>
          <Icon name="plus" />
          New experiment
        </A>
      </PageHeader>
      <Switch>
        <Match when={dataOf(query)}>
          {(overview) => (
            <Show when={!isEmpty(overview())} fallback={<FirstSteps />}>
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
