import { For } from "solid-js";
import type { DifferenceScale } from "./difference-scale.ts";
import "./interval-mark.css";

/** The labels under a column of interval marks. */
export function IntervalAxis(props: { scale: DifferenceScale; formatTick: (value: number) => string }) {
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
