import { For, Show } from "solid-js";
import { Icon } from "#dashboard/ui/icon.tsx";
import type { SortKey } from "./list-view.ts";
import "./experiment-list-page.css";
import "./table-head.css";

const columns: readonly { title: string; sort?: SortKey; ordered?: "ascending" | "descending" }[] = [
  { title: "Experiment", sort: "name", ordered: "ascending" },
  { title: "Status", sort: "status", ordered: "ascending" },
  { title: "Units", sort: "units", ordered: "descending" },
  { title: "Primary metric vs. control" },
  { title: "Latest decision", sort: "decision", ordered: "descending" },
];

/** The columns' names; pressing one sorts by it, pressing it again goes back to the newest first. */
export function TableHead(props: { sort: SortKey; onSort: (sort: SortKey) => void }) {
  return (
    // biome-ignore-start lint/a11y: a table of which only the visible rows exist cannot be made of table elements
    <div role="rowgroup">
      <div class="experiment-heads" role="row" aria-rowindex={1}>
        <For each={columns}>
          {({ title, sort, ordered }) => (
            <span
              role="columnheader"
              class="experiment-head"
              aria-sort={sort !== undefined && props.sort === sort ? ordered : undefined}
            >
              <Show when={sort} fallback={title}>
                {(key) => (
                  <button
                    type="button"
                    class="head-button"
                    onClick={() => props.onSort(props.sort === key() ? "newest" : key())}
                  >
                    {title}
                    <Show when={props.sort === key()}>
                      <Icon name={ordered === "ascending" ? "up" : "down"} />
                    </Show>
                  </button>
                )}
              </Show>
            </span>
          )}
        </For>
      </div>
    </div>
    // biome-ignore-end lint/a11y: see above
  );
}
