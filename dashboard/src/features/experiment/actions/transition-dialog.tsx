import { createSignal, Show } from "solid-js";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { Experiment, ExperimentStatus } from "#model/experiment/experiment.ts";
import { actWords, consequence, type ExperimentAction } from "./action-words.ts";
import { ChangedMeanwhile, DialogNote, DialogWarning } from "./dialog-notes.tsx";
import { isControlLive } from "./start-refusal.ts";
import { TrafficChange } from "./traffic-change.tsx";
import { sharesIn, withShare } from "./traffic-shares.ts";
import "./dialog-notes.css";
import "#dashboard/styles/field.css";

/** The acts that need no choice: only a yes, and a reason for the record. */
export type PlainAct = Exclude<ExperimentAction, "promote" | "coverage" | "exclude">;

const statusAfter: Record<PlainAct, ExperimentStatus> = {
  start: "running",
  pause: "paused",
  resume: "running",
  stop: "stopped",
  rollback: "rolled_back",
  accept: "running",
  advance: "running",
  delete: "draft",
};

/** Asks before an act, saying in numbers what it does to live traffic. */
export function TransitionDialog(props: {
  act: PlainAct;
  /** As it was when the dialog was opened. */
  experiment: Experiment;
  hasChanged: boolean;
  liveVersion: number;
  onConfirm: (reason: string) => void;
  onClose: () => void;
}) {
  const [reason, setReason] = createSignal("");
  const { act, experiment } = props;
  const { coverage, variants, control } = experiment.spec;
  const controlVersion = variants.find(({ key }) => key === control)?.version;
  const [isRefused, setRefused] = createSignal(false);
  const needsReason = act === "accept";
  const confirm = () => {
    if (needsReason && reason().trim() === "") setRefused(true);
    else props.onConfirm(reason().trim());
  };
  const before = () =>
    sharesIn(experiment, { status: experiment.status, coverage, liveVersion: props.liveVersion });
  const after = () => {
    const status = act === "accept" ? experiment.status : statusAfter[act];
    const { release } = experiment.spec;
    const next = act === "advance" ? release?.stages[release.stage + 1] : undefined;
    return sharesIn(next ? withShare(experiment, next.share) : experiment, {
      status,
      coverage,
      liveVersion: props.liveVersion,
    });
  };
  return (
    <ConfirmDialog
      open
      title={`${actWords[act].confirm}?`}
      confirm={actWords[act].confirm}
      danger={actWords[act].danger ?? false}
      onConfirm={confirm}
      onClose={props.onClose}
    >
      <p class="dialog-subject">{experiment.spec.name}</p>
      <p>{consequence(act, experiment, props.liveVersion)}</p>
      <Show when={act === "start" && !isControlLive(experiment, props.liveVersion)}>
        <DialogWarning>
          {`Control '${control}' is version ${controlVersion}, but version ${props.liveVersion} is live. If the experiment is stopped or rolled back, version ${props.liveVersion} stays live.`}
        </DialogWarning>
      </Show>
      <Show when={act !== "delete"}>
        <TrafficChange before={before()} after={after()} />
        <Show when={experiment.spec.condition}>
          <DialogNote>Shares of the units that match the targeting condition.</DialogNote>
        </Show>
        <ReasonField value={reason()} onChange={setReason} required={needsReason} />
        <Show when={isRefused() && reason().trim() === ""}>
          <p class="field-error" role="alert">
            Enter why the data can be used. Recorded in the audit log.
          </p>
        </Show>
      </Show>
      <ChangedMeanwhile when={props.hasChanged} />
    </ConfirmDialog>
  );
}

/** Why: kept with who and when. */
export function ReasonField(props: {
  value: string;
  onChange: (reason: string) => void;
  required?: boolean;
}) {
  return (
    <TextField
      label="Reason"
      help={props.required ? "Recorded in the audit log." : "Optional. Recorded in the audit log."}
      value={props.value}
      onChange={props.onChange}
      rows={2}
    />
  );
}
