import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createSignal, For, Show } from "solid-js";
import type { Holdout } from "#contract/holdouts.ts";
import { useCommands } from "#dashboard/app/commands/registry.ts";
import { routes } from "#dashboard/app/routes.ts";
import { holdoutQueries } from "#dashboard/data/holdouts.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { useCanEdit, useEditRefusal } from "#dashboard/data/session.ts";
import { Badge } from "#dashboard/ui/badge.tsx";
import { Button } from "#dashboard/ui/button.tsx";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import { LoadedList } from "#dashboard/ui/loaded-list.tsx";
import { Notice } from "#dashboard/ui/notice.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import { formatShare } from "#reporter/summarize-holdout.ts";
import { CreateHoldoutDialog } from "./create-holdout-dialog.tsx";
import "#dashboard/styles/page-header.css";
import "#dashboard/styles/data-table.css";
import "./holdouts.css";

/** Units that are kept out of all experiments, to see what everything that was shipped has changed together. */
export default function HoldoutListPage() {
  const canEdit = useCanEdit();
  const refusal = useEditRefusal();
  const query = useQuery(() => holdoutQueries.list());
  const holdouts = () => loadedData(query)?.holdouts ?? [];
  const [creating, setCreating] = createSignal(false);
  useCommands([
    {
      id: "holdouts.create",
      title: "Begin a holdout",
      group: "This page",
      run: () => setCreating(canEdit()),
    },
  ]);
  return (
    <>
      <PageHeader title="Holdouts">
        <span class="header-actions">
          <Button kind="primary" icon="plus" unavailable={refusal()} onClick={() => setCreating(true)}>
            New holdout
          </Button>
        </span>
      </PageHeader>
      <LoadedList
        query={query}
        loading="Loading holdouts"
        isEmpty={holdouts().length === 0}
        empty={
          <Notice icon="shield" tone="neutral" title="No holdouts yet">
            <p>
              A holdout keeps a small share of units on what is live now, out of all experiments and releases
              on some AI configs. After weeks it shows what everything that was shipped has changed together.
            </p>
          </Notice>
        }
      >
        <HoldoutTable holdouts={holdouts()} />
      </LoadedList>
      <Show when={creating()}>
        <CreateHoldoutDialog onClose={() => setCreating(false)} />
      </Show>
    </>
  );
}

function HoldoutTable(props: { holdouts: readonly Holdout[] }) {
  return (
    <div class="data-table-frame">
      <table class="data-table" data-stacks="">
        <caption class="visually-hidden">Holdouts</caption>
        <thead>
          <tr>
            <th scope="col">Holdout</th>
            <th scope="col">Status</th>
            <th scope="col">Held out</th>
            <th scope="col">AI configs</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.holdouts}>
            {(holdout) => (
              <tr>
                <th scope="row" class="holdout-name">
                  <A href={routes.holdout.path(holdout.key)} dir="auto">
                    {holdout.name}
                  </A>
                  <p class="holdout-note" dir="auto">
                    {holdout.description}
                  </p>
                </th>
                <td>
                  <HoldoutStatus holdout={holdout} />
                </td>
                <td data-head="Held out">{formatShare(holdout.share)} of units</td>
                <td data-head="AI configs" class="holdout-configs">
                  {holdout.configs.map(({ config }) => config).join(", ")}
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

/** Whether it runs, and since when. */
export function HoldoutStatus(props: { holdout: Holdout }) {
  return (
    <Show
      when={props.holdout.endedAt}
      fallback={
        <>
          <Badge tone="better">Running</Badge> began <DateTime at={props.holdout.startedAt} />
        </>
      }
    >
      {(endedAt) => (
        <>
          <Badge tone="neutral">Ended</Badge> <DateTime at={endedAt()} />
        </>
      )}
    </Show>
  );
}
