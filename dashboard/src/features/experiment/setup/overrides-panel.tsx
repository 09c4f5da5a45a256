import { createSignal, For, Show } from "solid-js";
import { useRemoveOverride } from "#dashboard/data/experiment-changes.ts";
import { useEditRefusal } from "#dashboard/data/session.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { isActive } from "#model/experiment/active-status.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { Override } from "#model/experiment/override.ts";
import { ActorName } from "../../audit/actor-name.tsx";
import { OverrideDialog } from "./override-dialog.tsx";
import "#dashboard/styles/entry-list.css";

/** Units that are forced to a variant or excluded, with a way to add and remove them while the experiment assigns. */
export function OverridesPanel(props: { experiment: Experiment }) {
  const remove = useRemoveOverride();
  const [opened, setOpened] = createSignal<Experiment>();
  const isOpen = () => props.experiment.status === "draft" || isActive(props.experiment.status);
  const unavailable = useEditRefusal();
  const nameOf = ({ note, unit }: Override) => note || unit;
  const gets = (key: string | null) => {
    const variant = props.experiment.spec.variants.find((one) => one.key === key);
    return variant ? `gets ${variant.name ?? variant.key}` : "excluded";
  };
  return (
    <Show when={isOpen() || props.experiment.overrides.length > 0}>
      <Panel
        title="Overridden units"
        aside={
          <Show when={isOpen()}>
            <Button icon="plus" unavailable={unavailable()} onClick={() => setOpened(props.experiment)}>
              Override a unit…
            </Button>
          </Show>
        }
      >
        <Show
          when={props.experiment.overrides.length > 0}
          fallback={
            <p class="muted">
              None. Force a tester to a variant, or exclude internal users: they are counted nowhere.
            </p>
          }
        >
          <ul class="entry-list">
            <For each={props.experiment.overrides}>
              {(override) => (
                <li>
                  <span class="entry-words">
                    <strong>{nameOf(override)}</strong>: {gets(override.variant)}{" "}
                    <span class="muted">
                      (<ActorName actor={override.actor} />, <DateTime at={override.at} />)
                    </span>
                  </span>
                  <Show when={isOpen()}>
                    <Button
                      kind="quiet"
                      icon="trash"
                      aria-label={`Remove the override of ${nameOf(override)}`}
                      unavailable={unavailable()}
                      onClick={() => remove.mutate({ experiment: props.experiment, unit: override.unit })}
                    >
                      Remove
                    </Button>
                  </Show>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </Panel>
      <Show when={opened()}>
        {(experiment) => <OverrideDialog experiment={experiment()} onClose={() => setOpened(undefined)} />}
      </Show>
    </Show>
  );
}
