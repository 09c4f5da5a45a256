import { For, Show } from "solid-js";
import { Exact } from "#dashboard/ui/exact.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { MetricPreview } from "#model/metric/preview.ts";
import { formatValue } from "#reporter/metric-values.ts";
import { formatCount, formatExact, formatPercent, plural } from "#reporter/numbers.ts";
import { Histogram } from "./histogram.tsx";
import "./preview-panel.css";
import "#dashboard/styles/small-table.css";
import "./logged-values.css";

/** A precision at which whole numbers are shown without decimals. */
const WHOLE = 2;

type Values = NonNullable<MetricPreview["values"]>;

/** A logged value is a number as it is, even where the metric is a share of them. */
function asLogged(definition: MetricDefinition): MetricDefinition {
  return definition.type === "proportion" ? { ...definition, type: "mean", displayUnit: "" } : definition;
}

/** How the logged values are spread, and what the definition does to them. */
export function LoggedValues(props: { values: Values; definition: MetricDefinition }) {
  const show = (value: number) =>
    formatValue(asLogged(props.definition), value, Number.isInteger(value) ? WHOLE : null);
  return (
    <>
      <Show when={props.values.impossible > 0}>
        <p class="preview-warning" role="status">
          <Icon name="alert" />
          <span>
            {plural(formatCount(props.values.impossible), "value")} would be rejected:{" "}
            {props.values.firstImpossible}.
          </span>
        </p>
      </Show>
      <Show when={props.definition.cap !== undefined}>
        <p class="preview-note">
          {props.values.capped === 0
            ? "The cap changes none of these values."
            : `The cap changes ${plural(formatCount(props.values.capped), "value")}.`}
        </p>
      </Show>
      <Histogram
        bins={props.values.histogram}
        format={show}
        cap={props.definition.per === "event" ? (props.definition.cap ?? null) : null}
      />
      <table class="small-table">
        <caption class="preview-caption">Logged values, before the cap</caption>
        <thead>
          <tr>
            <th scope="col">Quantile</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          <Row name="Smallest" value={props.values.minimum} show={show} />
          <For each={props.values.quantiles}>
            {({ quantile, value }) => (
              <Row
                name={quantile === 0.5 ? "50%, the median" : quantileName(quantile)}
                value={value}
                show={show}
              />
            )}
          </For>
          <Row name="Largest" value={props.values.maximum} show={show} />
          <Row name="Mean" value={props.values.mean} show={show} />
        </tbody>
      </table>
    </>
  );
}

function quantileName(quantile: number): string {
  return formatPercent(quantile, Number.isInteger(quantile * 100) ? 0 : 1);
}

function Row(props: { name: string; value: number; show: (value: number) => string }) {
  return (
    <tr>
      <th scope="row">{props.name}</th>
      <td class="number">
        <Exact exact={formatExact(props.value)}>{props.show(props.value)}</Exact>
      </td>
    </tr>
  );
}
