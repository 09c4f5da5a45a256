import { createSignal, Show } from "solid-js";
import { useLabelExperiment } from "#dashboard/data/experiment-changes.ts";
import { useEditRefusal } from "#dashboard/data/session.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";
import { LabelsDialog } from "./labels-dialog.tsx";
import "./labels-panel.css";

/** What people say about the experiment, with a way to change it and, once it has ended, to archive it. */
export function LabelsPanel(props: { experiment: Experiment }) {
  const label = useLabelExperiment();
  const [opened, setOpened] = createSignal<Experiment>();
  const unavailable = useEditRefusal();
  const isArchived = () => props.experiment.labels.archivedAt !== null;
  return (
    <>
      <Panel
        title="Notes"
        aside={
          <div class="labels-buttons">
            <Show when={props.experiment.endedAt !== null}>
              <Button
                busy={label.isPending}
                unavailable={unavailable()}
                onClick={() =>
                  label.mutate({ experiment: props.experiment, update: { archived: !isArchived() } })
                }
              >
                {isArchived() ? "Bring back from the archive" : "Archive"}
              </Button>
            </Show>
            <Button icon="pencil" unavailable={unavailable()} onClick={() => setOpened(props.experiment)}>
              Owner, tags and notes…
            </Button>
          </div>
        }
      >
        <Show
          when={props.experiment.labels.notes}
          fallback={<p class="muted">None. Write down what was learned, and who answers for it.</p>}
        >
          {(notes) => (
            <p class="labels-notes" dir="auto">
              {notes()}
            </p>
          )}
        </Show>
      </Panel>
      <Show when={opened()}>
        {(experiment) => <LabelsDialog experiment={experiment()} onClose={() => setOpened(undefined)} />}
      </Show>
    </>
  );
}
