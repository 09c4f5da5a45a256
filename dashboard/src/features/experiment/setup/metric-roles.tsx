import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { describeMargin } from "#dashboard/format/setup.ts";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import type { ExperimentMetric, ExperimentSpec } from "#model/experiment/experiment.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import "#dashboard/styles/data-table.css";
import "./metric-roles.css";

const roleWords: Record<ExperimentMetric["role"], string> = {
  primary: "Primary",
  guardrail: "Guardrail",
  secondary: "Secondary",
};

/** Which metric has which role, and how much harm is tolerated. */
export function MetricRoles(props: { spec: ExperimentSpec; metricDefinitions: readonly MetricDefinition[] }) {
  const rows = () =>
    props.spec.metrics.map((metric) => ({
      ...metric,
      definition: props.metricDefinitions.find(({ key }) => key === metric.metric),
    }));
  return (
    <section class="setup-frame" aria-label="Metrics and their roles" tabindex="0">
      <table class="data-table">
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">Role</th>
            <th scope="col">Direction</th>
            <th scope="col">Tolerated harm</th>
          </tr>
        </thead>
        <tbody>
          <For each={rows()}>
            {(row) => (
              <tr>
                <th scope="row">
                  <A href={routes.metric.path(row.metric)}>{row.definition?.name ?? row.metric}</A>
                  <Show when={row.definition?.trust === "server"}>
                    {" "}
                    <span class="muted">(server keys only)</span>
                  </Show>
                </th>
                <td>
                  {roleWords[row.role]}
                  <Show when={row.addedAt}>
                    {(addedAt) => (
                      <span class="muted">
                        {" "}
                        (added <DateTime at={addedAt()} />, exploratory)
                      </span>
                    )}
                  </Show>
                </td>
                <td>
                  {row.definition
                    ? row.definition.direction === "increase"
                      ? "Higher is better"
                      : "Lower is better"
                    : "Unknown"}
                </td>
                <td class="number">{row.margin ? describeMargin(row.margin, row.definition) : "—"}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  );
}
