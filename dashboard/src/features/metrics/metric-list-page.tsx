import { A, useSearchParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createEffect, createMemo, For, Match, Show, Switch } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { metricQueries } from "#dashboard/data/metrics.ts";
import { describeMetricType, directionWords, perWords } from "#dashboard/format/metric-words.ts";
import { Badge } from "#dashboard/ui/badge.tsx";
import { LinkButton } from "#dashboard/ui/link-button.tsx";
import { Notice } from "#dashboard/ui/notice.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { ShowArchived } from "#dashboard/ui/show-archived.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { formatCount, plural } from "#reporter/numbers.ts";
import { UndefinedMetrics } from "./undefined-metrics.tsx";
import { useMetricUse } from "./use-metric-use.ts";
import "#dashboard/styles/page-header.css";
import "#dashboard/styles/data-table.css";
import "./metric-list-page.css";

function matches(metric: MetricDefinition, words: string): boolean {
  const text = `${metric.key} ${metric.name} ${metric.description} ${metric.displayUnit}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Everything that is measured, and how. */
export default function MetricListPage() {
  const query = useQuery(() => metricQueries.all());
  const [parameters, setParameters] = useSearchParams<{ search?: string; archived?: string }>();
  const search = () => parameters.search ?? "";
  const all = createMemo(() => loadedData(query)?.metrics ?? []);
  const archived = createMemo(() => new Set(loadedData(query)?.archived));
  const withArchived = () => parameters.archived === "shown";
  const shown = () => all().filter(({ key }) => withArchived() || !archived().has(key));
  const matchingMetrics = createMemo(() => shown().filter((metric) => matches(metric, search())));
  createEffect(() => {
    document.title = "Metrics · Bakeoff";
  });
  return (
    <>
      <PageHeader title="Metrics">
        <span class="header-actions">
          <LinkButton href={routes.newMetric.path()} icon="plus" primary>
            New metric
          </LinkButton>
        </span>
      </PageHeader>
      <p class="page-lead">
        What your apps log and how Bakeoff aggregates it. An experiment keeps the definitions it started with.
      </p>
      <Switch>
        <Match when={query.isPending}>
          <Skeleton label="Loading metrics" rows={6} height="row" />
        </Match>
        <Match when={loadedData(query) === undefined && query.error}>
          {(error) => <QueryError error={error()} retry={() => void query.refetch()} />}
        </Match>
        <Match when={true}>
          <div class="stack">
            <div class="table-search">
              <TextField
                label="Search metrics"
                labelHidden
                placeholder="Search by name, key or description"
                value={search()}
                onChange={(value) => setParameters({ search: value || undefined }, { replace: true })}
              />
              <p class="muted" role="status">
                {plural(formatCount(matchingMetrics().length), "metric")}
              </p>
              <ShowArchived
                count={archived().size}
                value={withArchived()}
                onChange={(value) =>
                  setParameters({ archived: value ? "shown" : undefined }, { replace: true })
                }
              />
            </div>
            <Show when={matchingMetrics().length > 0} fallback={<NothingFound search={search()} />}>
              <MetricTable metrics={matchingMetrics()} archived={archived()} />
            </Show>
            <UndefinedMetrics metrics={all()} />
          </div>
        </Match>
      </Switch>
    </>
  );
}

function NothingFound(props: { search: string }) {
  return (
    <Notice icon="search" tone="neutral" title="No matching metrics">
      <p>
        No metric matches <bdi>“{props.search}”</bdi>. Try fewer words, or define a new metric.
      </p>
    </Notice>
  );
}

function MetricTable(props: { metrics: readonly MetricDefinition[]; archived: ReadonlySet<string> }) {
  const use = useMetricUse();
  return (
    <div class="data-table-frame">
      <table class="data-table metric-list-table" data-stacks="">
        <caption class="visually-hidden">Metric definitions</caption>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">Type</th>
            <th scope="col">Aggregation</th>
            <th scope="col">Direction</th>
            <th scope="col">Unit</th>
            <th scope="col">Running experiments</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.metrics}>
            {(metric) => (
              <tr>
                <th scope="row" class="metric-cell-name">
                  <A href={routes.metric.path(metric.key)}>
                    <bdi>{metric.name}</bdi>
                  </A>
                  <code class="metric-key">{metric.key}</code>
                  <Show when={props.archived.has(metric.key)}>
                    {" "}
                    <Badge tone="neutral">Archived</Badge>
                  </Show>
                </th>
                <td class="metric-list-fact">{describeMetricType(metric)}</td>
                <td class="metric-list-fact">{perWords[metric.per]}</td>
                <td class="metric-list-fact">{directionWords[metric.direction]}</td>
                <td
                  class={
                    metric.displayUnit === ""
                      ? "metric-list-fact metric-list-fact-missing"
                      : "metric-list-fact"
                  }
                >
                  {metric.displayUnit === "" ? "—" : metric.displayUnit}
                </td>
                <td data-head="Running in">
                  <For
                    each={use(metric.key)}
                    fallback={<span class="muted">{use(metric.key) === undefined ? "…" : "None"}</span>}
                  >
                    {(experiment) => (
                      <A class="metric-use" href={routes.experiment.path(experiment.key)}>
                        <bdi>{experiment.name}</bdi>
                      </A>
                    )}
                  </For>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}
