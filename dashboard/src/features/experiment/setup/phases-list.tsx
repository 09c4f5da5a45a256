import { For, Show } from "solid-js";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";
import { describePhaseCause, describePhaseWeights } from "#reporter/describe-phase.ts";
import "#dashboard/styles/entry-list.css";
import "./phases-list.css";

/** Phases of an experiment, where it has more than one; the newest of many. */
export function PhasesList(props: { experiment: Experiment }) {
  const shown = () =>
    props.experiment.phases
      .map((phase, index) => ({ phase, number: index + 1 }))
      .toReversed()
      .slice(0, 10);
  return (
    <Show when={props.experiment.phases.length > 1}>
      <section class="phases">
        <h3>Phases</h3>
        <ul class="entry-list" aria-label="Phases">
          <For each={shown()}>
            {({ phase, number }) => (
              <li>
                <span class="entry-words">
                  <strong>Phase {number}</strong>: {describePhaseWeights(props.experiment, phase)}{" "}
                  <span class="muted">
                    ({describePhaseCause(phase)}, <DateTime at={phase.startedAt} />)
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
