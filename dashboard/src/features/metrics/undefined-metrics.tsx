import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createMemo, For, Show } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { metricQueries } from "#dashboard/data/metrics.ts";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { formatCount, plural } from "#reporter/numbers.ts";
import "#dashboard/styles/panel.css";
import "./undefined-metrics.css";

/** Metric keys that apps have logged lately and nobody has defined: nothing is lost, they can be defined now. */
export function UndefinedMetrics(props: { metrics: readonly MetricDefinition[] }) {
  const preview = useQuery(() => metricQueries.preview(props.metrics[0]));
  const unknown = createMemo(() => {
    const definedKeys = new Set(props.metrics.map(({ key }) => key));
    return (loadedData(preview)?.loggedKeys ?? []).filter(({ key }) => !definedKeys.has(key));
  });
  return (
    <Show when={unknown().length > 0}>
      <Panel title="Logged, but not defined yet">
        <p class="panel-lead">
          Your apps log these keys and Bakeoff stores their values. Define them as metrics to use them in
          experiments.
        </p>
        <ul class="undefined-metrics">
          <For each={unknown()}>
            {({ key, events }) => (
              <li>
                <code>{key}</code>
                <span class="muted number">in {plural(formatCount(events), "event")}</span>
                <A
                  href={`${routes.newMetric.path()}?${new URLSearchParams({ key })}`}
                  aria-label={`Define it: ${key}`}
                >
                  Define it
                </A>
              </li>
            )}
          </For>
        </ul>
      </Panel>
    </Show>
  );
}
