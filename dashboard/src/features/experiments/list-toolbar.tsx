import { For, Show } from "solid-js";
import { kindWords, statusWords } from "#dashboard/format/words.ts";
import { Icon } from "#dashboard/ui/icon.tsx";
import { type ExperimentStatus, experimentKindSchema } from "#model/experiment/experiment.ts";
import { formatCount } from "#reporter/numbers.ts";
import { type ListView, sortWords, statusOrder } from "./list-view.ts";
import "#dashboard/styles/field.css";
import "./list-toolbar.css";

const ALL_KINDS = "";

/** Search, filters and order of the list. */
export function ListToolbar(props: {
  view: ListView;
  counts: ReadonlyMap<ExperimentStatus, number>;
  /** How many are archived. */
  archived: number;
  onChange: (changes: Partial<ListView>) => void;
  searchRef: (field: HTMLInputElement) => void;
  /** Down leads from the search to what it found. */
  onDown: () => void;
}) {
  const toggle = (status: ExperimentStatus, on: boolean) =>
    props.onChange({
      statuses: on
        ? [...props.view.statuses, status]
        : props.view.statuses.filter((selected) => selected !== status),
    });
  const find = <Value extends string>(values: readonly Value[], text: string) =>
    values.find((value) => value === text);
  return (
    <search class="list-toolbar">
      <label class="list-search">
        <span class="visually-hidden">Search by name, key, AI config, owner or tag</span>
        <Icon name="search" />
        <input
          class="field-control"
          type="search"
          placeholder="Search by name, key, AI config, owner or tag"
          autocomplete="off"
          spellcheck={false}
          value={props.view.text}
          ref={props.searchRef}
          onInput={(event) => props.onChange({ text: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key !== "ArrowDown") return;
            event.preventDefault();
            props.onDown();
          }}
        />
      </label>
      <label class="list-choice">
        <span>Kind</span>
        <select
          class="field-control"
          onChange={(event) =>
            props.onChange({ kind: find(experimentKindSchema.options, event.currentTarget.value) ?? null })
          }
        >
          <option value={ALL_KINDS} selected={props.view.kind === null}>
            All
          </option>
          <For each={experimentKindSchema.options}>
            {(kind) => (
              <option value={kind} selected={props.view.kind === kind}>
                {kindWords[kind]}
              </option>
            )}
          </For>
        </select>
      </label>
      <label class="list-choice">
        <span>Sort by</span>
        <select
          class="field-control"
          onChange={(event) =>
            props.onChange({
              sort:
                find(["newest", "name", "units", "status", "decision"], event.currentTarget.value) ??
                "newest",
            })
          }
        >
          <For each={Object.entries(sortWords)}>
            {([sort, words]) => (
              <option value={sort} selected={props.view.sort === sort}>
                {words}
              </option>
            )}
          </For>
        </select>
      </label>
      <fieldset class="list-statuses">
        <legend class="visually-hidden">Status</legend>
        <For each={statusOrder}>
          {(status) => (
            <label class="list-status">
              <input
                type="checkbox"
                checked={props.view.statuses.includes(status)}
                onChange={(event) => toggle(status, event.currentTarget.checked)}
              />
              <Show when={props.view.statuses.includes(status)}>
                <Icon name="check" />
              </Show>
              {statusWords[status]}
              <span class="list-status-count number">{formatCount(props.counts.get(status) ?? 0)}</span>
            </label>
          )}
        </For>
        <Show when={props.archived > 0}>
          <label class="list-status">
            <input
              type="checkbox"
              checked={props.view.archived}
              onChange={(event) => props.onChange({ archived: event.currentTarget.checked })}
            />
            <Show when={props.view.archived}>
              <Icon name="check" />
            </Show>
            Show archived
            <span class="list-status-count number">{formatCount(props.archived)}</span>
          </label>
        </Show>
      </fieldset>
    </search>
  );
}
