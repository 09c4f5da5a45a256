import { useQuery } from "@tanstack/solid-query";
import { createMemo, Show } from "solid-js";
import type { AuditEntry } from "#contract/audit.ts";
import { configQueries } from "#dashboard/data/configs.ts";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { useKeys } from "#dashboard/data/keys.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { metricQueries } from "#dashboard/data/metrics.ts";
import { actionTitle, knownActions } from "#dashboard/format/audit-words.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Combobox } from "#dashboard/ui/combobox.tsx";
import { Select } from "#dashboard/ui/select.tsx";
import { actorWords, standingActors } from "./actor-name.tsx";
import "./audit-filters.css";

/** What the address says about which entries to show. */
export interface AuditParameters extends Record<string, string | undefined> {
  subject?: string;
  actor?: string;
  action?: string;
}

/** Stands for no filter; no object, actor or action has this name. */
const ALL = "*";

const orAll = (value: string) => (value === ALL ? undefined : value);

/** Narrows the audit to one object, one actor, one kind of act. */
export function AuditFilters(props: {
  parameters: Partial<AuditParameters>;
  onChange: (changed: {
    subject?: string | undefined;
    actor?: string | undefined;
    action?: string | undefined;
  }) => void;
  entries: readonly AuditEntry[];
}) {
  const subjects = useSubjects();
  const keys = useKeys();
  const subjectOptions = createMemo(() => {
    const listed = subjects();
    const subject = props.parameters.subject;
    const isKnown = subject === undefined || listed.some(({ value }) => value === subject);
    return [
      { value: ALL, label: "Any object" },
      ...(isKnown ? [] : [{ value: subject, label: subject }]),
      ...listed,
    ];
  });
  // Who has been seen stays to choose from when the entries are narrowed to somebody else's.
  const actors = createMemo<ReadonlySet<string>>((seen) => {
    const issued = (loadedData(keys)?.keys ?? []).map(({ id }) => `key:${id}`);
    const filtered = props.parameters.actor ? [props.parameters.actor] : [];
    return new Set([...seen, ...issued, ...filtered, ...props.entries.map(({ actor }) => actor)]);
  }, new Set(standingActors));
  const actorOptions = createMemo(() => {
    const options = [...actors()].toSorted().map((actor) => ({
      value: actor,
      label: actorWords(actor, loadedData(keys)?.keys ?? []),
      detail: actor,
    }));
    return [{ value: ALL, label: "Anyone" }, ...options];
  });
  const actionOptions = createMemo(() => {
    const actions = new Set([...knownActions, ...(props.parameters.action ? [props.parameters.action] : [])]);
    return [
      { value: ALL, label: "Any action" },
      ...[...actions].map((action) => ({ value: action, label: actionTitle(action) })),
    ];
  });
  const isNarrowed = () =>
    (props.parameters.subject ?? props.parameters.actor ?? props.parameters.action) !== undefined;
  return (
    <search class="audit-filters" aria-label="Filter the audit log">
      <Combobox
        label="Object"
        options={subjectOptions()}
        value={props.parameters.subject ?? ALL}
        onChange={(subject) => props.onChange({ subject: orAll(subject) })}
      />
      <Select
        label="Actor"
        options={actorOptions()}
        value={props.parameters.actor ?? ALL}
        onChange={(actor) => props.onChange({ actor: orAll(actor) })}
      />
      <Select
        label="Action"
        options={actionOptions()}
        value={props.parameters.action ?? ALL}
        onChange={(action) => props.onChange({ action: orAll(action) })}
      />
      <Show when={isNarrowed()}>
        <Button
          kind="quiet"
          icon="cross"
          onClick={() => props.onChange({ subject: undefined, actor: undefined, action: undefined })}
        >
          Clear filters
        </Button>
      </Show>
    </search>
  );
}

/** Everything that something can be done to. */
function useSubjects() {
  const configs = useQuery(() => configQueries.all());
  const experiments = useQuery(() => experimentQueries.list());
  const metrics = useQuery(() => metricQueries.all());
  const keys = useKeys();
  return createMemo(() => [
    ...(loadedData(experiments)?.experiments ?? []).map(({ key, name }) => ({
      value: `experiment:${key}`,
      label: name,
      detail: `Experiment ${key}`,
    })),
    ...(loadedData(configs)?.configs ?? []).map(({ key, name }) => ({
      value: `config:${key}`,
      label: name,
      detail: `AI config ${key}, including changes by experiments`,
    })),
    ...(loadedData(metrics)?.metrics ?? []).map(({ key, name }) => ({
      value: `metric:${key}`,
      label: name,
      detail: `Metric ${key}`,
    })),
    ...(loadedData(keys)?.keys ?? []).map(({ id, name }) => ({
      value: `key:${id}`,
      label: name,
      detail: "API key",
    })),
  ]);
}
