import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createDeferred, createMemo, lazy, Match, Show, Suspense, Switch } from "solid-js";
import { useCommands } from "#dashboard/app/commands/registry.ts";
import { routes } from "#dashboard/app/routes.ts";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { LinkButton } from "#dashboard/ui/link-button.tsx";
import { Notice } from "#dashboard/ui/notice.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import { formatCount, plural } from "#reporter/numbers.ts";
import { ExperimentTable } from "./experiment-table.tsx";
import { ListToolbar } from "./list-toolbar.tsx";
import { isFiltered, selectExperiments, sortExperiments } from "./list-view.ts";
import { useListView } from "./use-list-view.ts";
import "#dashboard/styles/page-header.css";
import "#dashboard/styles/button.css";
import "./experiment-list-page.css";

// Seen once per installation, so no other visit loads it.
const FirstSteps = lazy(() => import("../overview/first-steps.tsx"));

const LONGEST_DELAY_MILLISECONDS = 300;

/** All experiments, to be searched, filtered and sorted. */
export default function ExperimentListPage() {
  const query = useQuery(() => experimentQueries.list());
  const { view, change, clear } = useListView();
  const all = createMemo(() => loadedData(query)?.experiments ?? []);
  const shown = () => all().filter(({ archivedAt }) => view().archived || archivedAt === null);
  // A moment later: the field shows a letter first, then what it finds.
  const settledView = createDeferred(view, { timeoutMs: LONGEST_DELAY_MILLISECONDS });
  const sort = createMemo(() => settledView().sort);
  const sorted = createMemo(() => sortExperiments(all(), sort()));
  const matchingExperiments = createMemo(() => selectExperiments(sorted(), settledView()));
  const archived = createMemo(() => all().filter(({ archivedAt }) => archivedAt !== null).length);
  const counts = createMemo(
    () =>
      new Map(
        [...Map.groupBy(shown(), ({ status }) => status)].map(([status, { length }]) => [status, length]),
      ),
  );
  const summary = () => {
    const total = plural(formatCount(shown().length), "experiment");
    return isFiltered(settledView()) ? `${formatCount(matchingExperiments().length)} of ${total}` : total;
  };
  let field: HTMLInputElement | undefined;
  useCommands([
    {
      id: "list:search",
      title: "Search experiments",
      group: "List",
      keys: "/",
      run: () => field?.focus(),
    },
  ]);
  return (
    <>
      <PageHeader title="Experiments">
        <div class="page-header-note muted" role="status">
          <Show when={loadedData(query)}>{summary()}</Show>
          <Show when={query.isRefetchError}>
            <p class="list-stalled">
              Connection lost. Showing the last numbers received. Reconnecting automatically.
            </p>
          </Show>
        </div>
        <LinkButton href={routes.portfolio.path()} icon="trophy">
          Portfolio
        </LinkButton>
        <A class="button" data-kind="primary" href={routes.newExperiment.path()}>
          <Icon name="plus" />
          New experiment
        </A>
      </PageHeader>
      <Show
        when={loadedData(query) === undefined || all().length > 0}
        fallback={
          <Suspense>
            <FirstSteps />
          </Suspense>
        }
      >
        <ListToolbar
          view={view()}
          counts={counts()}
          archived={archived()}
          onChange={change}
          onDown={() => document.querySelector<HTMLElement>(".row-link")?.focus()}
          searchRef={(element) => {
            field = element;
          }}
        />
        <Switch>
          <Match when={matchingExperiments().length > 0}>
            <ExperimentTable
              experiments={matchingExperiments()}
              sort={sort()}
              onSort={(sort) => change({ sort })}
            />
          </Match>
          <Match when={loadedData(query)}>
            <Notice
              icon="search"
              tone="neutral"
              title="No matching experiments"
              action={<Button onClick={clear}>Clear filters</Button>}
            >
              <p>
                Try fewer words or another status. The search covers names, keys, AI configs, owners and tags.
              </p>
            </Notice>
          </Match>
          <Match when={query.error}>
            {(error) => <QueryError error={error()} retry={() => void query.refetch()} />}
          </Match>
          <Match when={query.isPending}>
            <Skeleton label="Loading experiments" rows={6} height="row" />
          </Match>
        </Switch>
      </Show>
    </>
  );
}
