import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { For, Match, Show, Switch } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { metricQueries } from "#dashboard/data/metrics.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { Exact } from "#dashboard/ui/exact.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { MetricPreview } from "#model/metric/preview.ts";
import { formatValue } from "#reporter/metric-values.ts";
import { formatCount, formatExact, plural } from "#reporter/numbers.ts";
import { LoggedValues } from "./logged-values.tsx";
import "./preview-panel.css";

/**
 * What a definition makes of the newest logged events, while it is being written.
 * @param definition undefined while the form has faults
 */
export function PreviewPanel(props: { definition: MetricDefinition | undefined }) {
  const query = useQuery(() => metricQueries.preview(props.definition));
  const isComputing = () => query.isFetching && query.isPlaceholderData;
  return (
    <Panel
      title="Preview on recent events"
      aside={<Show when={isComputing()}>{<span class="muted preview-state">Computing…</span>}</Show>}
    >
      <div class="preview" aria-live="polite" aria-busy={isComputing()}>
        <Show when={props.definition === undefined && loadedData(query) !== undefined}>
          <p class="preview-note">Preview of the last valid definition.</p>
        </Show>
        <Switch fallback={<p class="preview-empty">Reading recent events…</p>}>
          <Match when={loadedData(query)}>
            {(preview) => <PreviewAnswer preview={preview()} definition={props.definition} />}
          </Match>
          <Match when={query.error}>
            {(error) => <QueryError error={error()} retry={() => void query.refetch()} />}
          </Match>
          <Match when={props.definition === undefined}>
            <p class="preview-empty">Enter a key and a name to preview recent events.</p>
          </Match>
        </Switch>
      </div>
    </Panel>
  );
}

/** Shown before there is a definition: values as bare numbers. */
const BARE: MetricDefinition = {
  key: "value",
  name: "Value",
  description: "",
  type: "mean",
  per: "event",
  direction: "increase",
  trust: "any",
  distribution: false,
  displayUnit: "",
};

function PreviewAnswer(props: { preview: MetricPreview; definition: MetricDefinition | undefined }) {
  const definition = () => props.definition ?? BARE;
  return (
    <Show when={props.preview.eventsWithMetric > 0} fallback={<NoValues preview={props.preview} />}>
      <Estimate preview={props.preview} definition={definition()} />
      <p class="preview-base">
        From {plural(formatCount(props.preview.eventsWithMetric), "event")} with this metric among the newest{" "}
        {formatCount(props.preview.events)}, of {plural(formatCount(props.preview.units), "unit")}
        <Show when={props.preview.from !== null && props.preview.to !== null}>
          , {formatDateTime(props.preview.from ?? 0)} to {formatDateTime(props.preview.to ?? 0)}
        </Show>
        . <Sources experiments={props.preview.experiments} />
      </p>
      <Show when={props.preview.values}>
        {(values) => <LoggedValues values={values()} definition={definition()} />}
      </Show>
    </Show>
  );
}

function Estimate(props: { preview: MetricPreview; definition: MetricDefinition }) {
  return (
    <div class="preview-estimate">
      <Show
        when={props.preview.estimate !== null}
        fallback={<span class="preview-empty">Too few units for an estimate</span>}
      >
        <Exact
          exact={formatExact(props.preview.estimate ?? 0)}
          method="Across all variants, computed as in an experiment."
        >
          <span class="preview-number number">
            {formatValue(props.definition, props.preview.estimate ?? 0, props.preview.standardError)}
          </span>
        </Exact>
        <Show when={props.preview.standardError !== null}>
          <Exact exact={formatExact(props.preview.standardError ?? 0)} method="Standard error over units.">
            <span class="preview-error number">
              ± {formatValue(props.definition, props.preview.standardError ?? 0, null)}
            </span>
          </Exact>
        </Show>
      </Show>
    </div>
  );
}

function Sources(props: { experiments: readonly string[] }) {
  return (
    <>
      Logged by{" "}
      <For each={props.experiments}>
        {(key, index) => (
          <>
            <Show when={index() > 0}>, </Show>
            <A href={routes.experiment.path(key)}>{key}</A>
          </>
        )}
      </For>
      .
    </>
  );
}

/** No event carries the metric: what is logged instead, since a misspelled key is the usual cause. */
function NoValues(props: { preview: MetricPreview }) {
  return (
    <div class="preview-empty">
      <p>
        <Icon name="search" />{" "}
        {props.preview.events === 0
          ? "No events have been logged yet. Start an experiment and log outcomes: they show up here."
          : `None of the newest ${formatCount(props.preview.events)} events has this metric.`}
      </p>
      <Show when={props.preview.loggedKeys.length > 0}>
        <p>They contain:</p>
        <ul class="preview-keys">
          <For each={props.preview.loggedKeys.slice(0, 12)}>
            {({ key, events }) => (
              <li>
                <code>{key}</code> <span class="muted number">{formatCount(events)}</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  );
}
