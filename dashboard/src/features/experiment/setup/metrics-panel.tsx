import { createSignal, Show } from "solid-js";
import { useEditRefusal } from "#dashboard/data/session.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { isActive } from "#model/experiment/active-status.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { AddMetricDialog } from "./add-metric-dialog.tsx";
import { MetricRoles } from "./metric-roles.tsx";

/** An experiment's metrics with their roles, and a way to add secondary ones while it runs. */
export function MetricsPanel(props: {
  experiment: Experiment;
  /** Its own. */
  metricDefinitions: readonly MetricDefinition[];
  /** All that are defined now. */
  catalog: readonly MetricDefinition[];
}) {
  const refusal = useEditRefusal();
  const [opened, setOpened] = createSignal<Experiment>();
  return (
    <>
      <Panel
        title="Metrics"
        aside={
          <Show when={isActive(props.experiment.status)}>
            <Button icon="plus" unavailable={refusal()} onClick={() => setOpened(props.experiment)}>
              Add a metric…
            </Button>
          </Show>
        }
      >
        <MetricRoles spec={props.experiment.spec} metricDefinitions={props.metricDefinitions} />
      </Panel>
      <Show when={opened()}>
        {(experiment) => (
          <AddMetricDialog
            experiment={experiment()}
            metrics={props.catalog}
            onClose={() => setOpened(undefined)}
          />
        )}
      </Show>
    </>
  );
}
