import { createWindowVirtualizer } from "@tanstack/solid-virtual";
import { createSignal, For, onMount, Show } from "solid-js";
import type { ExperimentSummary } from "#contract/lists.ts";
import { useCommands } from "#dashboard/app/commands/registry.ts";
import { ExperimentRow } from "./experiment-row.tsx";
import type { SortKey } from "./list-view.ts";
import { TableHead } from "./table-head.tsx";
import "./experiment-list-page.css";
import "./experiment-table.css";

const ROW_HEIGHT = 84;
const ROWS_BEYOND_THE_SCREEN = 6;
/** The navigation on top of narrow screens covers what lies under it. */
const TOP_ROOM = 64;
/** Rows that are scrolled to exist a moment later. */
const MAXIMUM_FRAMES = 20;

/**
 * The experiments as a table of which only the rows on screen exist, so that thousands scroll smoothly. Screen readers
 * hear how many there are and which one they are at; j and k, or the arrows, move from row to row.
 */
export function ExperimentTable(props: {
  experiments: readonly ExperimentSummary[];
  sort: SortKey;
  onSort: (sort: SortKey) => void;
}) {
  const [top, setTop] = createSignal(0);
  let body: HTMLDivElement | undefined;
  onMount(() => setTop((body?.getBoundingClientRect().top ?? 0) + window.scrollY));
  const virtualizer = createWindowVirtualizer({
    get count() {
      return props.experiments.length;
    },
    get scrollMargin() {
      return top();
    },
    estimateSize: () => ROW_HEIGHT,
    overscan: ROWS_BEYOND_THE_SCREEN,
    scrollPaddingStart: TOP_ROOM,
    getItemKey: (index) => props.experiments[index]?.key ?? index,
  });

  let current = -1;
  const focusWhenThere = (index: number, framesLeft: number) => {
    const link = body?.querySelector<HTMLElement>(`[data-index="${index}"] .row-link`);
    if (link) link.focus({ preventScroll: true });
    else if (framesLeft > 0) requestAnimationFrame(() => focusWhenThere(index, framesLeft - 1));
  };
  const moveTo = (target: number) => {
    const index = Math.max(0, Math.min(props.experiments.length - 1, target));
    if (props.experiments.length === 0) return;
    current = index;
    virtualizer.scrollToIndex(index, { align: "auto" });
    focusWhenThere(index, MAXIMUM_FRAMES);
  };
  const rememberRow = (event: FocusEvent) => {
    const row = event.target instanceof Element ? event.target.closest("[data-index]") : null;
    if (row) current = Number(row.getAttribute("data-index"));
  };
  const destinations: Record<string, () => number> = {
    ArrowDown: () => current + 1,
    ArrowUp: () => current - 1,
    Home: () => 0,
    End: () => props.experiments.length - 1,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const destination = destinations[event.key];
    if (!destination || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    moveTo(destination());
  };
  useCommands([
    { id: "list:next", title: "Next experiment", group: "List", keys: "j", run: () => moveTo(current + 1) },
    {
      id: "list:previous",
      title: "Previous experiment",
      group: "List",
      keys: "k",
      run: () => moveTo(current - 1),
    },
  ]);
  return (
    // biome-ignore-start lint/a11y: a table of which only the visible rows exist cannot be made of table elements
    <div
      class="experiment-table"
      role="table"
      aria-label="Experiments"
      aria-rowcount={props.experiments.length + 1}
    >
      <TableHead sort={props.sort} onSort={props.onSort} />
      <div
        class="experiment-rows"
        role="rowgroup"
        ref={body}
        style={{ height: `${virtualizer.getTotalSize()}px` }}
        onKeyDown={onKeyDown}
        onFocusIn={rememberRow}
      >
        <For each={virtualizer.getVirtualItems()}>
          {(item) => (
            <Show when={props.experiments[item.index]}>
              {(experiment) => (
                <div
                  class="experiment-row"
                  role="row"
                  aria-rowindex={item.index + 2}
                  data-index={item.index}
                  style={{ transform: `translateY(${item.start - top()}px)` }}
                  ref={(row) => queueMicrotask(() => virtualizer.measureElement(row))}
                >
                  <ExperimentRow experiment={experiment()} />
                </div>
              )}
            </Show>
          )}
        </For>
      </div>
    </div>
    // biome-ignore-end lint/a11y: see above
  );
}
