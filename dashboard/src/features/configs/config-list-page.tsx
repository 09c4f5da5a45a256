import { A, useSearchParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createEffect, createMemo, createSignal, For, Match, Show, Switch } from "solid-js";
import type { ExperimentSummary } from "#contract/lists.ts";
import { routes } from "#dashboard/app/routes.ts";
import { configQueries } from "#dashboard/data/configs.ts";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { Badge } from "#dashboard/ui/badge.tsx";
import { Button } from "#dashboard/ui/button.tsx";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import { LinkButton } from "#dashboard/ui/link-button.tsx";
import { Notice } from "#dashboard/ui/notice.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { ShowArchived } from "#dashboard/ui/show-archived.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { AiConfig } from "#model/config/ai-config.ts";
import { isActive } from "#model/experiment/active-status.ts";
import { formatCount, plural } from "#reporter/numbers.ts";
import "#dashboard/styles/page-header.css";
import "#dashboard/styles/data-table.css";
import "./config-list-page.css";

const ROWS_AT_ONCE = 100;

function matches({ key, name, description }: AiConfig, words: string): boolean {
  const text = `${key} ${name} ${description}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Every place in the apps where an LLM is called. */
export default function ConfigListPage() {
  const query = useQuery(() => configQueries.all());
  const experiments = useQuery(() => experimentQueries.list());
  const [parameters, setParameters] = useSearchParams<{ search?: string; archived?: string }>();
  const [limit, setLimit] = createSignal(ROWS_AT_ONCE);
  const search = () => parameters.search ?? "";
  const all = createMemo(() => loadedData(query)?.configs ?? []);
  const withArchived = () => parameters.archived === "shown";
  const archived = () => all().filter(({ archivedAt }) => archivedAt !== null).length;
  const shown = () => all().filter(({ archivedAt }) => withArchived() || archivedAt === null);
  const matchingConfigs = createMemo(() => shown().filter((config) => matches(config, search())));
  const activeOn = (config: string) =>
    (loadedData(experiments)?.experiments ?? []).filter(
      (item) => item.config === config && isActive(item.status),
    );
  createEffect(() => {
    document.title = "AI configs · Bakeoff";
  });
  return (
    <>
      <PageHeader title="AI configs">
        <span class="header-actions">
          <LinkButton href={routes.newConfig.path()} icon="plus" primary>
            New AI config
          </LinkButton>
        </span>
      </PageHeader>
      <p class="page-lead">
        One AI config for each place where your app calls an LLM. Your app requests it by key and gets the
        live version or an experiment's variant.
      </p>
      <Switch>
        <Match when={query.isPending}>
          <Skeleton label="Loading AI configs" rows={4} height="row" />
        </Match>
        <Match when={loadedData(query) === undefined && query.error}>
          {(error) => <QueryError error={error()} retry={() => void query.refetch()} />}
        </Match>
        <Match when={all().length === 0}>
          <NoConfigs />
        </Match>
        <Match when={true}>
          <div class="stack">
            <div class="table-search">
              <TextField
                label="Search AI configs"
                labelHidden
                placeholder="Search by name, key or description"
                value={search()}
                onChange={(value) => setParameters({ search: value || undefined }, { replace: true })}
              />
              <p class="muted" role="status">
                {plural(formatCount(matchingConfigs().length), "AI config")}
              </p>
              <ShowArchived
                count={archived()}
                value={withArchived()}
                onChange={(value) =>
                  setParameters({ archived: value ? "shown" : undefined }, { replace: true })
                }
              />
            </div>
            <Show when={matchingConfigs().length > 0} fallback={<p>No matching AI configs.</p>}>
              <div class="data-table-frame">
                <table class="data-table" data-stacks="">
                  <caption class="visually-hidden">AI configs</caption>
                  <thead>
                    <tr>
                      <th scope="col">AI config</th>
                      <th scope="col">Live</th>
                      <th scope="col">Active experiments</th>
                      <th scope="col">Updated</th>
                    </tr>
                  </thead>
                  <tbody>
                    <For each={matchingConfigs().slice(0, limit())}>
                      {(config) => <ConfigRow config={config} active={activeOn(config.key)} />}
                    </For>
                  </tbody>
                </table>
              </div>
              <Show when={matchingConfigs().length > limit()}>
                <Button onClick={() => setLimit(limit() + ROWS_AT_ONCE)}>
                  Show {formatCount(Math.min(ROWS_AT_ONCE, matchingConfigs().length - limit()))} more
                </Button>
              </Show>
            </Show>
          </div>
        </Match>
      </Switch>
    </>
  );
}

function ConfigRow(props: { config: AiConfig; active: readonly ExperimentSummary[] }) {
  const live = useQuery(() => configQueries.version(props.config.key, props.config.liveVersion));
  return (
    <tr>
      <th scope="row" class="config-cell-name">
        <A href={routes.config.path(props.config.key)}>
          <bdi>{props.config.name}</bdi>
        </A>
        <code class="config-cell-key">{props.config.key}</code>
        <Show when={props.config.archivedAt !== null}>
          {" "}
          <Badge tone="neutral">Archived</Badge>
        </Show>
      </th>
      <td data-head="Live">
        Version {props.config.liveVersion}
        <Show when={loadedData(live)?.value.model}>
          {(model) => (
            <>
              {" "}
              · <code class="config-cell-model">{model()}</code>
            </>
          )}
        </Show>
      </td>
      <td data-head="Active experiments">
        <For each={props.active} fallback={<span class="muted">None</span>}>
          {(experiment) => (
            <A class="config-cell-experiment" href={routes.experiment.path(experiment.key)}>
              <bdi>{experiment.name}</bdi>
            </A>
          )}
        </For>
      </td>
      <td data-head="Updated">
        <DateTime at={props.config.updatedAt} />
      </td>
    </tr>
  );
}

function NoConfigs() {
  return (
    <Notice
      icon="sliders"
      tone="neutral"
      title="Create your first AI config"
      action={
        <LinkButton href={routes.newConfig.path()} icon="plus" primary>
          New AI config
        </LinkButton>
      }
    >
      <p>
        An AI config holds the model, prompts, parameters and retrieval settings of one LLM call. Versions are
        immutable, and one of them is live. Experiments compare versions, and the winner goes live without
        redeploying your app.
      </p>
    </Notice>
  );
}
