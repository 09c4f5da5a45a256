import { A, useNavigate, useParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createEffect, For, Match, Show, Switch } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { metricQueries, useReplaceMetric } from "#dashboard/data/metrics.ts";
import { LinkButton } from "#dashboard/ui/link-button.tsx";
import { Notice } from "#dashboard/ui/notice.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { draftOf } from "./metric-draft.ts";
import { MetricEditor } from "./metric-editor.tsx";
import { useMetricUse } from "./use-metric-use.ts";
import "#dashboard/styles/page-header.css";

/** One metric: its definition to read and to change, and what it makes of recent events. */
export default function MetricPage() {
  const parameters = useParams<{ key: string }>();
  const query = useQuery(() => metricQueries.list());
  const metric = () => loadedData(query)?.metrics.find(({ key }) => key === parameters.key);
  createEffect(() => {
    document.title = `${metric()?.name ?? parameters.key} · Metrics · Bakeoff`;
  });
  return (
    <Switch fallback={<NoSuchMetric metricKey={parameters.key} />}>
      <Match when={query.isPending}>
        <Skeleton label="Loading the metric" rows={2} height="card" />
      </Match>
      <Match when={loadedData(query) === undefined && query.error}>
        {(error) => <QueryError error={error()} retry={() => void query.refetch()} />}
      </Match>
      <Match when={metric()?.key} keyed>
        <Show when={metric()}>
          {(definition) => <DefinedMetric metric={definition()} all={loadedData(query)?.metrics ?? []} />}
        </Show>
      </Match>
    </Switch>
  );
}

function DefinedMetric(props: { metric: MetricDefinition; all: readonly MetricDefinition[] }) {
  const replace = useReplaceMetric();
  const navigate = useNavigate();
  const use = useMetricUse();
  return (
    <>
      <PageHeader title={props.metric.name}>
        <code class="muted">{props.metric.key}</code>
        <span class="header-actions">
          <LinkButton
            icon="list"
            href={`${routes.audit.path()}?${new URLSearchParams({ subject: `metric:${props.metric.key}` })}`}
          >
            History
          </LinkButton>
        </span>
      </PageHeader>
      <p class="page-lead">
        <Show
          when={(use(props.metric.key) ?? []).length > 0}
          fallback={
            use(props.metric.key) === undefined ? "Checking usage…" : "No running experiment uses it."
          }
        >
          Running experiments keep the definition they started with:{" "}
          <For each={use(props.metric.key)}>
            {(experiment, index) => (
              <>
                <Show when={index() > 0}>, </Show>
                <A href={routes.experiment.path(experiment.key)}>
                  <bdi>{experiment.name}</bdi>
                </A>
              </>
            )}
          </For>
          . Changes apply to experiments that start later.
        </Show>
      </p>
      <MetricEditor
        start={draftOf(props.metric)}
        keyIsFixed
        sources={props.all}
        submitLabel="Save definition"
        busy={replace.isPending}
        error={replace.error}
        onSubmit={(definition) => replace.mutate(definition)}
        onCancel={() => navigate(routes.metrics.path())}
        note="Applies to experiments that start later."
      />
    </>
  );
}

function NoSuchMetric(props: { metricKey: string }) {
  return (
    <Notice icon="search" tone="neutral" title="Metric not found">
      <p>
        No metric has the key <code>{props.metricKey}</code>. If your apps already log it,{" "}
        <A href={`${routes.newMetric.path()}?${new URLSearchParams({ key: props.metricKey })}`}>define it</A>{" "}
        or go back <A href={routes.metrics.path()}>to all metrics</A>.
      </p>
    </Notice>
  );
}
