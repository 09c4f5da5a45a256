import { createSignal } from "solid-js";
import { runningExperimentUpdateSchema } from "#contract/experiment-changes.ts";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import { NumberField } from "#dashboard/ui/number-field.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";
import { consequence } from "./action-words.ts";
import { shareWords, TrafficChange } from "./traffic-change.tsx";
import { sharesIn } from "./traffic-shares.ts";
import "./dialog-notes.css";

/** What a typed percentage asks for, or why it cannot be. */
function readCoverage(
  percent: number | null,
  currentCoverage: number,
): { coverage: number } | { error: string } {
  if (percent === null) return { error: `Enter a percentage above ${shareWords(currentCoverage)}.` };
  const coverage = Number((percent / 100).toPrecision(12));
  if (coverage <= currentCoverage)
    return { error: `Coverage can only be increased. Enter more than ${shareWords(currentCoverage)}.` };
  return runningExperimentUpdateSchema.safeParse({ coverage }).success
    ? { coverage }
    : { error: "Coverage cannot exceed 100%." };
}

/** Lets more units take part; nobody who does already is moved. */
export function CoverageDialog(props: {
  experiment: Experiment;
  liveVersion: number;
  onConfirm: (coverage: number) => void;
  onClose: () => void;
}) {
  const { experiment } = props;
  const currentCoverage = experiment.spec.coverage;
  const [percent, setPercent] = createSignal<number | null>(Math.min(100, currentCoverage * 200));
  const [isRefused, setRefused] = createSignal(false);
  const input = () => readCoverage(percent(), currentCoverage);
  const newCoverage = () => {
    const value = input();
    return "coverage" in value ? value.coverage : currentCoverage;
  };
  const error = () => {
    const value = input();
    return "error" in value && (isRefused() || percent() !== null) ? value.error : undefined;
  };
  const sharesAt = (coverage: number) =>
    sharesIn(experiment, { status: experiment.status, coverage, liveVersion: props.liveVersion });
  const confirm = () => {
    const value = input();
    if ("coverage" in value) props.onConfirm(value.coverage);
    else setRefused(true);
  };
  return (
    <ConfirmDialog
      open
      title="Raise coverage?"
      confirm="Raise coverage"
      onConfirm={confirm}
      onClose={props.onClose}
    >
      <p class="dialog-subject">{experiment.spec.name}</p>
      <p>{consequence("coverage", experiment, props.liveVersion)}</p>
      <NumberField
        label="Coverage"
        unit="%"
        help={`Now ${shareWords(currentCoverage)}.`}
        value={percent()}
        onChange={setPercent}
        error={error()}
      />
      <TrafficChange before={sharesAt(currentCoverage)} after={sharesAt(newCoverage())} />
    </ConfirmDialog>
  );
}
