import { A } from "@solidjs/router";
import { For, Index, Show } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { Button, IconButton } from "#dashboard/ui/button.tsx";
import { Combobox } from "#dashboard/ui/combobox.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { MetricDraft } from "./draft/experiment-draft.ts";
import type { ExperimentForm } from "./draft/use-experiment-form.ts";
import { MarginFields } from "./margin-fields.tsx";
import "./experiment-form.css";
import "#dashboard/styles/field.css";
import "./metrics-step.css";

function describeMetric({ type, direction, key, quantile }: MetricDefinition): string {
  const kind =
    type === "proportion"
      ? "proportion"
      : type === "quantile"
        ? `${(quantile ?? 0) * 100}th percentile`
        : "mean";
  return `${key} · ${kind} · ${direction === "increase" ? "higher" : "lower"} is better`;
}

/** The third step: what the variants are judged by, what is watched, and what must not get worse. */
export function MetricsStep(props: { form: ExperimentForm }) {
  const { draft, setDraft } = props.form;
  const of = (role: MetricDraft["role"]) =>
    draft.metrics.flatMap((metric, index) => (metric.role === role ? [{ metric, index }] : []));
  const add = (role: MetricDraft["role"], metric = "") =>
    setDraft("metrics", (metrics) => [
      ...metrics,
      { metric, role, marginKind: role === "guardrail" ? "relative" : "absolute", margin: "" },
    ]);
  const remove = (index: number) => setDraft("metrics", (metrics) => metrics.filter((_, at) => at !== index));
  const primary = () => of("primary")[0];
  return (
    <>
      <Panel title="Primary metric">
        <p class="form-lead">The metric that decides the experiment. Choose one that matters to users.</p>
        <div class="metric-choice" data-pointer="/metrics">
          <MetricChooser
            form={props.form}
            label="Primary metric"
            index={primary()?.index}
            onChange={(metric) => {
              const primaryRow = primary();
              if (primaryRow) setDraft("metrics", primaryRow.index, "metric", metric);
              else add("primary", metric);
            }}
          />
        </div>
        <Show when={primary()}>
          {(row) => (
            <MarginFields
              form={props.form}
              label="Largest acceptable loss (optional)"
              metric={props.form.findMetric(row().metric.metric)}
              kind={row().metric.marginKind}
              margin={row().metric.margin}
              onChange={(marginKind, margin) => setDraft("metrics", row().index, { marginKind, margin })}
              pointer={`/metrics/${row().index}/margin`}
            />
          )}
        </Show>
        <p class="form-hint">
          A larger loss removes a variant early, like a guardrail. Defaults to the smallest effect that the
          planned units can detect.
        </p>
        <For each={of("primary").slice(1)}>
          {({ index }) => (
            <div class="metric-row">
              <MetricChooser
                form={props.form}
                label="Another primary metric"
                index={index}
                onChange={(metric) => setDraft("metrics", index, "metric", metric)}
              />
              <IconButton icon="trash" label="Remove this primary metric" onClick={() => remove(index)} />
            </div>
          )}
        </For>
      </Panel>
      <Panel title="Guardrails">
        <p class="form-lead">
          Metrics that must not get worse. Set how much harm you tolerate. When more is proven, Bakeoff rolls
          back automatically, usually within seconds.
        </p>
        <ul class="metric-rows">
          <Index each={of("guardrail")}>
            {(row) => (
              <li class="guardrail">
                <MetricChooser
                  form={props.form}
                  label="Guardrail"
                  index={row().index}
                  onChange={(metric) => setDraft("metrics", row().index, "metric", metric)}
                />
                <MarginFields
                  form={props.form}
                  label="Tolerated harm"
                  metric={props.form.findMetric(row().metric.metric)}
                  kind={row().metric.marginKind}
                  margin={row().metric.margin}
                  onChange={(marginKind, margin) => setDraft("metrics", row().index, { marginKind, margin })}
                  pointer={`/metrics/${row().index}/margin`}
                />
                <IconButton
                  icon="trash"
                  label={`Remove guardrail ${row().metric.metric}`}
                  onClick={() => remove(row().index)}
                />
              </li>
            )}
          </Index>
        </ul>
        <Button icon="shield" onClick={() => add("guardrail")}>
          Add a guardrail
        </Button>
      </Panel>
      <Panel title="Secondary metrics">
        <p class="form-lead">
          Measured and shown, but not used in decisions, except as the metric to improve of a non-inferiority
          rule.
        </p>
        <ul class="metric-rows">
          <Index each={of("secondary")}>
            {(row) => (
              <li class="metric-row">
                <MetricChooser
                  form={props.form}
                  label="Secondary metric"
                  index={row().index}
                  onChange={(metric) => setDraft("metrics", row().index, "metric", metric)}
                />
                <IconButton
                  icon="trash"
                  label={`Remove secondary metric ${row().metric.metric}`}
                  onClick={() => remove(row().index)}
                />
              </li>
            )}
          </Index>
        </ul>
        <Button icon="plus" onClick={() => add("secondary")}>
          Add a secondary metric
        </Button>
      </Panel>
      <p class="form-hint">
        <Icon name="gauge" /> Missing a metric? <A href={routes.newMetric.path()}>Define a metric</A>; this
        draft is kept.
      </p>
    </>
  );
}

/** A metric from the catalog. @param props.index its place among the draft's metrics, if it has one yet */
function MetricChooser(props: {
  form: ExperimentForm;
  label: string;
  index: number | undefined;
  onChange: (metric: string) => void;
}) {
  const options = () =>
    props.form.context().metrics.map((metric) => ({
      value: metric.key,
      label: metric.name,
      detail: describeMetric(metric),
    }));
  const metricKey = () =>
    props.index === undefined ? "" : (props.form.draft.metrics[props.index]?.metric ?? "");
  const pointer = () => (props.index === undefined ? "/metrics" : `/metrics/${props.index}/metric`);
  const definition = () => props.form.findMetric(metricKey());
  return (
    <div class="metric-chooser" data-pointer={pointer()}>
      <Combobox
        label={props.label}
        options={options()}
        value={metricKey() || null}
        onChange={props.onChange}
        placeholder="Search metrics"
        error={
          props.form.errorAt(pointer()) ??
          (props.label === "Primary metric" ? props.form.errorAt("/metrics") : undefined)
        }
      />
      <Show when={definition()}>{(metric) => <p class="field-help">{describeMetric(metric())}</p>}</Show>
    </div>
  );
}
