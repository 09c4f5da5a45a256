import { For } from "solid-js";
import "./skeleton.css";

/** Grey rows in the place of what is still loading, as tall as what will come. */
export function Skeleton(props: { label: string; rows: number; height: "row" | "card" }) {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">{props.label}</span>
      <For each={Array.from({ length: props.rows })}>
        {() => <div class="skeleton-block" data-height={props.height} />}
      </For>
    </div>
  );
}
