import { For, Show } from "solid-js";
import { formatDateTime } from "#dashboard/format/time.ts";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { Exclusion } from "#model/experiment/exclusion.ts";
import { ActorName } from "../../audit/actor-name.tsx";

/** The stretches of time that count nowhere, with who has excluded them and why. */
export function ExclusionsPanel(props: { exclusions: readonly Exclusion[] }) {
  return (
    <Show when={props.exclusions.length > 0}>
      <Panel title="Excluded time ranges">
        <ul class="exclusions">
          <For each={props.exclusions}>
            {({ from, until, reason, actor, countedAt }) => (
              <li>
                <strong>
                  {formatDateTime(from)} to {formatDateTime(until)}
                </strong>
                : {reason}{" "}
                <span class="muted">
                  (<ActorName actor={actor} />
                  {countedAt === null ? ", not recomputed yet" : ""})
                </span>
              </li>
            )}
          </For>
        </ul>
      </Panel>
    </Show>
  );
}
