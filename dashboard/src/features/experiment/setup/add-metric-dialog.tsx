import { createSignal, createUniqueId, For, Show } from "solid-js";
import { useAddMetric } from "#dashboard/data/experiment-changes.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import "#dashboard/styles/field.css";
import "./override-dialog.css";
import "./add-metric-dialog.css";

/** Asks which metric is added to an experiment that runs. */
export function AddMetricDialog(props: {
  /** As it was when the dialog was opened. */
  experiment: Experiment;
  /** All that are defined. */
  metrics: readonly MetricDefinition[];
  onClose: () => void;
}) {
  const { experiment } = props;
  const add = useAddMetric();
  const [metric, setMetric] = createSignal<string>();
  const [tried, setTried] = createSignal(false);
  const group = createUniqueId();
  const known = new Set(experiment.spec.metrics.map((one) => one.metric));
  const choices = () => props.metrics.filter(({ key }) => !known.has(key));
  const submit = () => {
    setTried(true);
    const chosen = metric();
    if (chosen !== undefined) add.mutate({ experiment, metric: chosen }, { onSuccess: props.onClose });
  };
  return (
    <ConfirmDialog
      open
      title="Add a secondary metric?"
      confirm="Add the metric"
      busy={add.isPending}
      onConfirm={submit}
      onClose={props.onClose}
    >
      <p>
        It is computed from the event log, from the start of the experiment on, and never decides anything. It
        is marked as added later, because a metric that is chosen after results were seen may suit them.
        Nothing is promoted until the totals are recomputed.
      </p>
      <fieldset class="override-choices metric-choices">
        <legend class="field-label">Metric</legend>
        <For each={choices()} fallback={<p class="muted">All metrics are measured already.</p>}>
          {({ key, name }) => (
            <label class="override-choice">
              <input type="radio" name={group} checked={metric() === key} onChange={() => setMetric(key)} />
              {name} <span class="muted">{key}</span>
            </label>
          )}
        </For>
      </fieldset>
      <Show when={tried() && metric() === undefined}>
        <p class="field-error" role="alert">
          Choose a metric.
        </p>
      </Show>
      <Show when={add.error}>
        {(error) => (
          <p class="field-error" role="alert">
            Not added. {explain(error())}
          </p>
        )}
      </Show>
    </ConfirmDialog>
  );
}
