import { createEffect, createMemo, Index, Match, Show, Switch } from "solid-js";
import type { ExperimentListItem } from "../../../../src/model/listing.ts";
import { PageHeader } from "../../components/page-header.tsx";
import { QueryError } from "../../components/query-error.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { useExperiments } from "../../data/queries/experiments.ts";
import { formatCount } from "../../format/number.ts";
import { ExperimentRow } from "./experiment-row.tsx";
import { NoExperiments } from "./no-experiments.tsx";
import "./experiment-list-page.css";

const order = ["running", "paused", "draft", "promoted", "rolled_back", "stopped"] as const;

/** What runs comes first, what has ended last; the newest leads its group. */
function sorted(items: readonly ExperimentListItem[]): ExperimentListItem[] {
  const rank = ({ experiment }: ExperimentListItem) => order.indexOf(experiment.status);
  const ended = ({ experiment }: ExperimentListItem) => (experiment.endedAt === null ? 0 : 1);
  return items.toSorted(
    (a, b) =>
      ended(a) - ended(b) ||
      (ended(a) ? 0 : rank(a) - rank(b)) ||
      b.experiment.createdAt - a.experiment.createdAt,
  );
}

/** All experiments at a glance. */
export default function ExperimentListPage() {
  const query = useExperiments();
  const items = createMemo(() => sorted(query.data?.experiments ?? []));
  const running = () => items().filter(({ experiment }) => experiment.status === "running").length;
  createEffect(() => {
    document.title = "Experiments · Bakeoff";
  });
  return (
    <>
      <PageHeader title="Experiments">
        <Show when={items().length > 0}>
          <p class="muted number">
            {formatCount(running())} running, {formatCount(items().length)} in all
          </p>
        </Show>
      </PageHeader>
      <Switch>
        <Match when={query.isPending}>
          <Skeleton label="Loading experiments" rows={4} height="row" />
        </Match>
        <Match when={query.data === undefined && query.error}>
          {(error) => <QueryError error={error()} retry={() => void query.refetch()} />}
        </Match>
        <Match when={items().length === 0}>
          <NoExperiments />
        </Match>
        <Match when={true}>
          <div class="experiment-table">
            <div class="experiment-heads" aria-hidden="true">
              <span>Experiment</span>
              <span>Status</span>
              <span class="head-units">Units</span>
              <span>Primary metric, against control</span>
              <span>Latest decision</span>
            </div>
            <ul>
              <Index each={items()}>{(item) => <ExperimentRow item={item()} />}</Index>
            </ul>
          </div>
          <Show when={query.isRefetchError}>
            <p class="list-stalled" role="status">
              Connection lost: these are the last numbers received. Trying again by itself.
            </p>
          </Show>
        </Match>
      </Switch>
    </>
  );
}
