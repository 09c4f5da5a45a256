import { For } from "solid-js";
import type { Experiment } from "#model/experiment/experiment.ts";
import { shareWords } from "../actions/traffic-change.tsx";
import { currentWeights } from "../actions/traffic-shares.ts";
import "./weights-bar.css";

/** How the units that take part are split, drawn to scale. */
export function WeightsBar(props: { experiment: Experiment }) {
  const parts = () =>
    props.experiment.spec.variants.map(({ key }, index) => ({
      key,
      weight: currentWeights(props.experiment)[index] ?? 0,
      isControl: key === props.experiment.spec.control,
    }));
  return (
    <div class="weights">
      <div class="weights-bar" aria-hidden="true">
        <For each={parts()}>
          {(part) => <span data-control={part.isControl} style={{ "flex-grow": String(part.weight) }} />}
        </For>
      </div>
      <ul class="weights-names">
        <For each={parts()}>
          {(part) => (
            <li>
              <span class="weights-mark" data-control={part.isControl} aria-hidden="true" />
              {part.key} <strong class="number">{shareWords(part.weight)}</strong>
              {part.isControl ? " control" : ""}
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}
