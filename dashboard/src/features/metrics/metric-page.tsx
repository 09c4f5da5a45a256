import { A, useNavigate, useParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createEffect, For, Match, Show, Switch } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import {
  metricQueries,
  useArchiveMetric,
  useDeleteMetric,
  useReplaceMetric,
} from "#dashboard/data/metrics.ts";
import { useEditRefusal } from "#dashboard/data/session.ts";
import { ArchiveMenu } from "#dashboard/ui/archive-menu.tsx";
import { Badge } from "#dashboard/ui/badge.tsx";
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
  const query = useQuery(() => metricQueries.all());
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
          {(definition) => (
            <DefinedMetric
              metric={definition()}
              all={loadedData(query)?.metrics ?? []}
              isArchived={loadedData(query)?.archived.includes(definition().key) ?? false}
            />
          )}
        </Show>
      </Match>
    </Switch>
  );
}

function DefinedMetric(props: {
  metric: MetricDefinition;
  all: readonly MetricDefinition[];
  isArchived: boolean;
}) {
  const refusal = useEditRefusal();
  const archive = useArchiveMetric();
  const remove = useDeleteMetric();
  const replace = useReplaceMetric();
  const navigate = useNavigate();
  const use = useMetricUse();
  return (
    <>
      <PageHeader title={props.metric.name}>
        <span class="cluster">
          <code class="muted">{props.metric.key}</code>
          <Show when={props.isArchived}>
            <Badge tone="neutral">Archived</Badge>
          </Show>
        </span>
        <span class="header-actions">
          <LinkButton
            icon="list"
            href={`${routes.audit.path()}?${new URLSearchParams({ subject: `metric:${props.metric.key}` })}`}
          >
            History
          </LinkButton>
          <ArchiveMenu
            name={props.metric.name}
            isArchived={props.isArchived}
            unavailable={refusal()}
            inUse={(use(props.metric.key) ?? []).length > 0 ? "A running experiment has it." : undefined}
            used={(use(props.metric.key) ?? []).length > 0 ? "An experiment has it." : undefined}
            deletion={
              <p>
                Only a metric that no experiment has ever had can be deleted. Values that apps go on logging
                under its key are kept, and count nowhere.
              </p>
            }
            onArchive={(archived) => archive.mutate({ key: props.metric.key, archived })}
            onDelete={() =>
              remove.mutate({ key: props.metric.key, leave: () => navigate(routes.metrics.path()) })
            }
          />
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
