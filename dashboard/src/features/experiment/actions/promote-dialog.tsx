import { createMemo, createSignal, createUniqueId, For, Show } from "solid-js";
import { stageWords } from "#dashboard/format/stage-words.ts";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import type { ExperimentResults } from "#model/analysis/results.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { Stage } from "#model/release/promotion-plan.ts";
import { stagesOfWinner } from "#model/release/winner-stages.ts";
import { consequence } from "./action-words.ts";
import { ChangedMeanwhile, DialogWarning } from "./dialog-notes.tsx";
import { describeStanding, promotionWarnings } from "./standing.ts";
import { TrafficChange } from "./traffic-change.tsx";
import { sharesIn, sharesInStage } from "./traffic-shares.ts";
import { ReasonField } from "./transition-dialog.tsx";
import "./dialog-notes.css";
import "#dashboard/styles/field.css";
import "./promote-dialog.css";

function liveVersionWarning({ liveVersionAtStart }: Experiment, liveVersion: number): string | undefined {
  if (liveVersionAtStart === null || liveVersionAtStart === liveVersion) return undefined;
  return `Version ${liveVersionAtStart} was live at the start, but version ${liveVersion} is live now. The variants have not been compared with it.`;
}

function describeStages(version: number, stages: readonly Stage[], liveVersion: number): string {
  return `Version ${version} goes to ${stageWords(stages)}. Until then version ${liveVersion} stays live, and proven harm returns all units to it.`;
}

/** Lets somebody choose whose version everybody will get; what is not proven better is said to be so. */
export function PromoteDialog(props: {
  /** As they were when the dialog was opened. */
  experiment: Experiment;
  results: ExperimentResults | undefined;
  hasChanged: boolean;
  liveVersion: number;
  onConfirm: (variant: string, reason: string, atOnce: boolean) => void;
  onClose: () => void;
}) {
  const { experiment, results } = props;
  const { coverage, control, variants } = experiment.spec;
  const standingOf = (wanted: string) => results?.standings.find(({ variant }) => variant === wanted);
  const warningOf = (variant: string) =>
    variant === control ? "" : promotionWarnings(variant, standingOf(variant)).join(" ");
  const group = createUniqueId();
  const [variantKey, setVariantKey] = createSignal(results?.provenWinner ?? null);
  const [isMissing, setMissing] = createSignal(false);
  const [reason, setReason] = createSignal("");
  const [isAtOnce, setAtOnce] = createSignal(false);
  const selectedVariant = createMemo(() => variants.find(({ key }) => key === variantKey()));
  const before = () =>
    sharesIn(experiment, { status: experiment.status, coverage, liveVersion: props.liveVersion });
  const after = (version: number) =>
    sharesIn(experiment, { status: "promoted", coverage, liveVersion: version });
  const stagesOf = (variant: string) => stagesOfWinner(experiment, variant, props.liveVersion);
  const confirm = () => {
    const variant = variantKey();
    if (variant === null) setMissing(true);
    else props.onConfirm(variant, reason().trim(), isAtOnce());
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
          <For each={variants}>
            {(option) => (
              <label class="promote-choice">
                <input
                  type="radio"
                  name={group}
                  value={option.key}
                  checked={variantKey() === option.key}
                  onChange={() => {
                    setVariantKey(option.key);
                    setMissing(false);
                  }}
                />
                <span>
                  <span class="promote-name">
                    {option.key}
                    <span class="promote-version">
                      version {option.version}
                      {option.key === control ? ", control" : ""}
                    </span>
                  </span>
                  <span class="promote-words">
                    {option.key === control
                      ? "Treatments are compared with it"
                      : describeStanding(standingOf(option.key), results)}
                  </span>
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
      <Show when={selectedVariant()}>
        {(selected) => (
          <>
            <Show when={liveVersionWarning(experiment, props.liveVersion)}>
              {(words) => <DialogWarning>{words()}</DialogWarning>}
            </Show>
            <Show when={warningOf(selected().key)}>
              {(words) => <DialogWarning>{words()}</DialogWarning>}
            </Show>
            <Show
              when={isAtOnce() ? undefined : stagesOf(selected().key)[0]}
              fallback={
                <>
                  <p>
                    All traffic gets version {selected().version} ('{selected().key}') within about 5 seconds.
                  </p>
                  <TrafficChange before={before()} after={after(selected().version)} />
                </>
              }
            >
              {(first) => (
                <>
                  <p>{describeStages(selected().version, stagesOf(selected().key), props.liveVersion)}</p>
                  <TrafficChange
                    before={before()}
                    after={sharesInStage(selected().version, selected().key, first(), props.liveVersion)}
                  />
                </>
              )}
            </Show>
            <Show when={stagesOf(selected().key).length > 0}>
              <label class="choice">
                <input
                  type="checkbox"
                  checked={isAtOnce()}
                  onChange={(event) => setAtOnce(event.currentTarget.checked)}
                />
                <span>To everybody at once, without stages</span>
              </label>
            </Show>
          </>
        )}
      </Show>
      <ReasonField value={reason()} onChange={setReason} />
      <ChangedMeanwhile when={props.hasChanged} />
    </ConfirmDialog>
  );
}
