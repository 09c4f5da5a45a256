import { A } from "@solidjs/router";
import { createMemo, For, Show } from "solid-js";
import type { Overview } from "#contract/overview.ts";
import { routes } from "#dashboard/app/routes.ts";
import { formatCount } from "#reporter/numbers.ts";
import { ActiveCard } from "./active-card.tsx";
import "./overview-page.css";
import "#dashboard/styles/button.css";
import "./active-list.css";

/** More would bury the decisions below them; the list has them all. */
const MAXIMUM_SHOWN = 20;

/** What runs now, the newest start first. */
export function ActiveList(props: { active: Overview["active"] }) {
  const byKey = createMemo(() => new Map(props.active.map((active) => [active.experiment.key, active])));
  // Keys keep a card on the page while its numbers change.
  const keys = createMemo(() => props.active.slice(0, MAXIMUM_SHOWN).map(({ experiment }) => experiment.key));
  return (
    <section class="overview-section" aria-labelledby="active-title">
      <h2 id="active-title">Running now</h2>
      <Show
        when={keys().length > 0}
        fallback={
          <div class="active-none">
            <p>No experiments are running. Start a draft or create a new experiment.</p>
            <div class="cluster">
              <A class="button" data-kind="primary" href={routes.newExperiment.path()}>
                New experiment
              </A>
              <A class="button" href={`${routes.experiments.path()}?status=draft`}>
                View drafts
              </A>
            </div>
          </div>
        }
      >
        <ul class="stack">
          <For each={keys()}>
            {(key) => <Show when={byKey().get(key)}>{(active) => <ActiveCard active={active()} />}</Show>}
          </For>
        </ul>
        <Show when={props.active.length > MAXIMUM_SHOWN}>
          <A class="button" href={`${routes.experiments.path()}?status=running,paused`}>
            All {formatCount(props.active.length)} running and paused
          </A>
        </Show>
      </Show>
    </section>
  );
}
