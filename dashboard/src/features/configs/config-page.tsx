import { useParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createEffect, Match, Show, Switch } from "solid-js";
import { configQueries } from "#dashboard/data/configs.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import { ConfigOverview } from "./config-overview.tsx";

/** One AI config: what is live, what was live and why, what else there is, and how an app asks for it. */
export default function ConfigPage() {
  const parameters = useParams<{ key: string }>();
  const config = useQuery(() => configQueries.detail(parameters.key));
  const versions = useQuery(() => configQueries.versions(parameters.key));
  createEffect(() => {
    document.title = `${loadedData(config)?.name ?? parameters.key} · AI configs · Bakeoff`;
  });
  const failure = () =>
    (loadedData(config) === undefined && config.error) ||
    (loadedData(versions) === undefined && versions.error);
  return (
    <Switch>
      <Match when={failure()}>
        {(error) => (
          <QueryError
            error={error()}
            retry={() => void Promise.all([config.refetch(), versions.refetch()])}
          />
        )}
      </Match>
      <Match when={config.isPending || versions.isPending}>
        <Skeleton label="Loading the AI config" rows={2} height="card" />
      </Match>
      <Match when={loadedData(config)?.key} keyed>
        <Show when={loadedData(config)}>
          {(loadedConfig) => (
            <ConfigOverview config={loadedConfig()} versions={loadedData(versions)?.versions ?? []} />
          )}
        </Show>
      </Match>
    </Switch>
  );
}
