import { For, Show } from "solid-js";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { Phase } from "#model/experiment/phase.ts";
import { shareWords } from "../actions/traffic-change.tsx";
import "#dashboard/styles/entry-list.css";
import "./phases-list.css";

function causeOf({ cause, left }: Phase): string {
  if (cause === "freed") return `‘${left}’ left; control and the leader have its traffic`;
  if (cause === "changed") return "weights changed by hand";
  return cause === "adapted" ? "weights follow the evidence" : "start";
}

/** Phases of an experiment, where it has more than one; the newest of many. */
export function PhasesList(props: { experiment: Experiment }) {
  const shown = () =>
    props.experiment.phases
      .map((phase, index) => ({ phase, number: index + 1 }))
      .toReversed()
      .slice(0, 10);
  const weightsOf = ({ weights }: Phase) =>
    props.experiment.spec.variants
      .map(({ key }, place) => `${key} ${shareWords(weights[place] ?? 0)}`)
      .join(", ");
  return (
    <Show when={props.experiment.phases.length > 1}>
      <section class="phases">
        <h3>Phases</h3>
        <ul class="entry-list" aria-label="Phases">
          <For each={shown()}>
            {({ phase, number }) => (
              <li>
                <span class="entry-words">
                  <strong>Phase {number}</strong>: {weightsOf(phase)}{" "}
                  <span class="muted">
                    ({causeOf(phase)}, <DateTime at={phase.startedAt} />)
                  </span>
                </span>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}
