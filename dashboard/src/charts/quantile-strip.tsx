import { For, Show } from "solid-js";
import type { VariantDistribution } from "#model/analysis/analysis.ts";
import type { ValueScale } from "./value-scale.ts";
import "./interval-mark.css";
import "./quantile-strip.css";

/** One arm's distribution in a row: thin from the 5th to the 95th percentile, thick the middle half, a dot at the median. */
export function QuantileStrip(props: {
  scale: ValueScale;
  distribution: VariantDistribution;
  label: string;
}) {
  const at = (level: number) => {
    const entry = props.distribution.quantiles.find(({ quantile }) => quantile === level);
    return entry ? props.scale.position(entry.value) : undefined;
  };
  const range = (name: string, from: number, to: number) => (
    <Show when={at(from) !== undefined && at(to) !== undefined}>
      <line class={name} x1={at(from)} x2={at(to)} y1="50%" y2="50%" />
    </Show>
  );
  return (
    <svg class="quantile-strip" role="img" aria-label={props.label}>
      <For each={props.scale.ticks}>
        {(tick) => (
          <line
            class="quantile-grid"
            x1={props.scale.position(tick)}
            x2={props.scale.position(tick)}
            y1="0"
            y2="100%"
          />
        )}
      </For>
      {range("quantile-range", 0.05, 0.95)}
      {range("quantile-half", 0.25, 0.75)}
      <Show when={at(0.99)}>{(x) => <line class="quantile-tail" x1={x()} x2={x()} y1="32%" y2="68%" />}</Show>
      <Show when={at(0.5)}>{(x) => <circle class="quantile-median" cx={x()} cy="50%" r="5" />}</Show>
    </svg>
  );
}

/** The labels under a column of strips. */
export function ValueAxis(props: { scale: ValueScale; formatTick: (value: number) => string }) {
  return (
    <svg class="interval-axis" aria-hidden="true">
      <For each={props.scale.ticks}>
        {(tick) => (
          <text x={props.scale.position(tick)} y="15">
            {props.formatTick(tick)}
          </text>
        )}
      </For>
    </svg>
  );
}
