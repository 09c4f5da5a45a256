import { createMemo, createSignal, createUniqueId, For, Show } from "solid-js";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import type { ExperimentResults } from "#model/analysis/decision.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { consequence } from "./action-words.ts";
import { ChangedMeanwhile, DialogWarning } from "./dialog-notes.tsx";
import { provenWinner, type Standing, standings } from "./standing.ts";
import { TrafficChange } from "./traffic-change.tsx";
import { sharesIn } from "./traffic-shares.ts";
import { ReasonField } from "./transition-dialog.tsx";
import "./dialog-notes.css";
import "#dashboard/styles/field.css";
import "./promote-dialog.css";

function guardrailWarnings({ harmed, unclear }: Standing): string[] {
  return [
    ...(harmed.length > 0 ? [`It is proven to harm ${harmed.join(", ")} beyond the tolerance.`] : []),
    ...(unclear.length > 0 ? [`Harm beyond the tolerance is not ruled out for ${unclear.join(", ")}.`] : []),
  ];
}

function warningOf(standing: Standing): string | undefined {
  const { kind, variant } = standing;
  const proof =
    kind === "worse"
      ? [`'${variant}' is proven worse than control.`]
      : kind === "unproven" || kind === "unknown"
        ? [`'${variant}' is not proven better than control. The observed difference may be due to chance.`]
        : [];
  const warnings = [...proof, ...guardrailWarnings(standing)];
  return warnings.length === 0 ? undefined : warnings.join(" ");
}

function liveVersionWarning({ liveVersionAtStart }: Experiment, liveVersion: number): string | undefined {
  if (liveVersionAtStart === null || liveVersionAtStart === liveVersion) return undefined;
  return `Version ${liveVersionAtStart} was live at the start, but version ${liveVersion} is live now. The variants have not been compared with it.`;
}

/** Lets somebody choose whose version everybody will get; what is not proven better is said to be so. */
export function PromoteDialog(props: {
  /** As they were when the dialog was opened. */
  experiment: Experiment;
  results: ExperimentResults | undefined;
  hasChanged: boolean;
  liveVersion: number;
  onConfirm: (variant: string, reason: string) => void;
  onClose: () => void;
}) {
  const { experiment, results } = props;
  const all = standings(experiment.spec, results);
  const group = createUniqueId();
  const [variantKey, setVariantKey] = createSignal(provenWinner(all, results));
  const [isMissing, setMissing] = createSignal(false);
  const [reason, setReason] = createSignal("");
  const standing = createMemo(() => all.find(({ variant }) => variant === variantKey()));
  const { coverage } = experiment.spec;
  const before = () =>
    sharesIn(experiment, { status: experiment.status, coverage, liveVersion: props.liveVersion });
  const after = (version: number) =>
    sharesIn(experiment, { status: "promoted", coverage, liveVersion: version });
  const confirm = () => {
    const variant = variantKey();
    if (variant === null) setMissing(true);
    else props.onConfirm(variant, reason().trim());
  };
  return (
    <ConfirmDialog
      open
      title="Promote a variant?"
      confirm={variantKey() === null ? "Promote" : `Promote ${variantKey()}`}
      onConfirm={confirm}
      onClose={props.onClose}
    >
      <p class="dialog-subject">{experiment.spec.name}</p>
      <p>{consequence("promote", experiment, props.liveVersion)}</p>
      <fieldset class="promote-choices" aria-describedby={isMissing() ? `${group}-error` : undefined}>
        <legend>Variant</legend>
        <div class="promote-list">
          <For each={all}>
            {(option) => (
              <label class="promote-choice">
                <input
                  type="radio"
                  name={group}
                  value={option.variant}
                  checked={variantKey() === option.variant}
                  onChange={() => {
                    setVariantKey(option.variant);
                    setMissing(false);
                  }}
                />
                <span>
                  <span class="promote-name">
                    {option.variant}
                    <span class="promote-version">
                      version {option.version}
                      {option.kind === "control" ? ", control" : ""}
                    </span>
                  </span>
                  <span class="promote-words">{option.words}</span>
                </span>
              </label>
            )}
          </For>
        </div>
      </fieldset>
      <Show when={isMissing()}>
        <p class="field-error" id={`${group}-error`} role="alert">
          Choose the variant to promote.
        </p>
      </Show>
      <Show when={variantKey() === null && !isMissing()}>
        <p class="dialog-note">No variant is proven better, so none is preselected.</p>
      </Show>
      <Show when={standing()}>
        {(selected) => (
          <>
            <Show when={liveVersionWarning(experiment, props.liveVersion)}>
              {(words) => <DialogWarning>{words()}</DialogWarning>}
            </Show>
            <Show when={warningOf(selected())}>{(words) => <DialogWarning>{words()}</DialogWarning>}</Show>
            <p>
              All traffic gets version {selected().version} ('{selected().variant}') within about 5 seconds.
            </p>
            <TrafficChange before={before()} after={after(selected().version)} />
          </>
        )}
      </Show>
      <ReasonField value={reason()} onChange={setReason} />
      <ChangedMeanwhile when={props.hasChanged} />
    </ConfirmDialog>
  );
}
