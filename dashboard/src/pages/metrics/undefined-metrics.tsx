import { A } from "@solidjs/router";
import { createMemo, For, Show } from "solid-js";
import type { MetricDefinition } from "../../../../src/model/metric.ts";
import { Panel } from "../../components/panel.tsx";
import { dataOf } from "../../data/data-of.ts";
import { useMetricPreview } from "../../data/queries/catalogue.ts";
import { formatCount } from "../../format/number.ts";
import { plural } from "../../format/words.ts";
import { routes } from "../../routes.ts";

/** Metric keys that apps have logged lately and nobody has defined: nothing is lost, they can be defined now. */
export function UndefinedMetrics(props: { known: readonly MetricDefinition[] }) {
  const preview = useMetricPreview(() => props.known[0]);
  const unknown = createMemo(() => {
    const known = new Set(props.known.map(({ key }) => key));
    return (dataOf(preview)?.loggedKeys ?? []).filter(({ key }) => !known.has(key));
  });
  return (
    <Show when={unknown().length > 0}>
      <Panel title="Logged, but not defined yet">
        <p class="panel-lead">
          Your apps log these keys, and Bakeoff keeps their values. Define one, and experiments can use it.
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
