import { useNavigate } from "@solidjs/router";
import { createEffect, createSignal, For, Match, Show, Switch } from "solid-js";
import { type Command, useCommands } from "#dashboard/app/commands/registry.ts";
import { routes } from "#dashboard/app/routes.ts";
import {
  useAcceptData,
  useAdvanceRelease,
  useDeleteDraft,
  usePauseExperiment,
  usePromoteVariant,
  useRaiseCoverage,
  useResumeExperiment,
  useRollBackExperiment,
  useStartExperiment,
  useStopExperiment,
} from "#dashboard/data/experiment-changes.ts";
import { useEditRefusal } from "#dashboard/data/session.ts";
import { notify } from "#dashboard/data/toasts.ts";
import { Button } from "#dashboard/ui/button.tsx";
import type { IconName } from "#dashboard/ui/icon.tsx";
import { Menu, type MenuItem } from "#dashboard/ui/menu.tsx";
import type { ExperimentResults } from "#model/analysis/results.ts";
import { isActive } from "#model/experiment/active-status.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { actsFor, actWords, type ExperimentAction } from "./action-words.ts";
import { CoverageDialog } from "./coverage-dialog.tsx";
import { ExcludeDialog } from "./exclude-dialog.tsx";
import { PromoteDialog } from "./promote-dialog.tsx";
import { findStaleRelease, isControlLive } from "./start-refusal.ts";
import { type PlainAct, TransitionDialog } from "./transition-dialog.tsx";
import "./experiment-actions.css";

/** Beside the title there is room for these; the others wait in a menu. */
const IN_VIEW: readonly ExperimentAction[] = [
  "start",
  "accept",
  "promote",
  "advance",
  "rollback",
  "pause",
  "resume",
];

const MENU_ICONS: Partial<Record<ExperimentAction, IconName>> = {
  coverage: "up",
  delete: "trash",
  exclude: "clock",
};

/** What somebody is being asked about, with what they saw when they asked for it. */
interface PendingAction {
  act: ExperimentAction;
  experiment: Experiment;
  results: ExperimentResults | undefined;
}

/** Everything that can be done with an experiment now: buttons, a menu, the command palette, and the questions before. */
export function ExperimentActions(props: {
  experiment: Experiment;
  results: ExperimentResults | undefined;
  /** Undefined while it is not known. */
  liveVersion: number | undefined;
}) {
  const navigate = useNavigate();
  const refusal = useEditRefusal();
  const [question, setQuestion] = createSignal<PendingAction>();
  const start = useStartExperiment();
  const pause = usePauseExperiment();
  const resume = useResumeExperiment();
  const stop = useStopExperiment();
  const rollBack = useRollBackExperiment();
  const promote = usePromoteVariant();
  const raiseCoverage = useRaiseCoverage();
  const remove = useDeleteDraft(() => navigate(routes.experiments.path(), { replace: true }));
  const accept = useAcceptData();
  const advance = useAdvanceRelease();
  const transitions = { start, pause, resume, stop, accept, advance, rollback: rollBack };

  const spec = () => props.experiment.spec;
  const isBusy = () =>
    [...Object.values(transitions), promote, raiseCoverage, remove].some(({ isPending }) => isPending);
  const unavailable = (act: ExperimentAction) => {
    if (refusal() !== undefined) return refusal();
    if (props.liveVersion === undefined) return "The AI config is still loading.";
    return act === "start" ? findStaleRelease(props.experiment, props.liveVersion) : undefined;
  };
  const ask = (act: ExperimentAction) => {
    const { experiment, results } = props;
    setQuestion({ act, experiment, results });
  };
  const close = () => setQuestion(undefined);
  const copyPath = () => `${routes.newExperiment.path()}?${new URLSearchParams({ from: spec().key })}`;
  const isEditable = () => props.experiment.status === "draft" || isActive(props.experiment.status);
  const editRefusal = () =>
    props.experiment.status === "draft" && spec().release !== undefined
      ? "A stage of a release cannot be edited. Delete this draft and start a new release."
      : undefined;
  const goTo = (path: string) => () => navigate(path);

  const links = (): (MenuItem & { keys: string })[] => [
    ...(isEditable()
      ? [
          {
            label: "Edit",
            icon: "pencil" as const,
            keys: "a e",
            unavailable: refusal() ?? editRefusal(),
            onSelect: goTo(routes.editExperiment.path(spec().key)),
          },
        ]
      : []),
    {
      label: "Duplicate",
      icon: "copy",
      keys: "a y",
      unavailable: refusal(),
      onSelect: goTo(copyPath()),
    },
  ];
  const inView = () => actsFor(props.experiment, props.results).filter((act) => IN_VIEW.includes(act));
  const inMenu = (): MenuItem[] => [
    ...links(),
    ...actsFor(props.experiment, props.results)
      .filter((act) => !IN_VIEW.includes(act))
      .map((act) => ({
        label: actWords[act].label,
        icon: MENU_ICONS[act] ?? "square",
        danger: actWords[act].danger ?? false,
        unavailable: unavailable(act),
        onSelect: () => ask(act),
      })),
  ];

  // Promoting is suggested only where something is proven.
  const isSuggested = (act: ExperimentAction) =>
    act === "promote" ? typeof props.results?.provenWinner === "string" : act === "start" || act === "resume";

  const refuse = (reason: string) => notify({ tone: "worse", title: "Not possible", detail: reason });
  createEffect(() => {
    const acts: Command[] = actsFor(props.experiment, props.results).map((act) => ({
      id: `experiment.${act}`,
      title: `${actWords[act].label.replace("…", "")} “${spec().name}”`,
      group: "This experiment",
      keys: actWords[act].keys,
      run: () => {
        const reason = unavailable(act);
        if (reason === undefined) ask(act);
        else refuse(reason);
      },
    }));
    const linkCommands: Command[] = links().map(({ label, keys, unavailable: reason, onSelect }) => ({
      id: `experiment.${label.toLowerCase()}`,
      title: `${label} “${spec().name}”`,
      group: "This experiment",
      keys,
      run: () => (reason === undefined ? onSelect() : refuse(reason)),
    }));
    useCommands([...acts, ...linkCommands]);
  });

  return (
    <div class="experiment-actions">
      <For each={inView()}>
        {(act) => (
          <Button
            kind={isSuggested(act) ? "primary" : "plain"}
            busy={isBusy()}
            unavailable={unavailable(act)}
            onClick={() => ask(act)}
          >
            {actWords[act].label}
          </Button>
        )}
      </For>
      <Menu label="More" items={inMenu()} />
      <Show when={question()} keyed>
        {(pending) => (
          <Show when={props.liveVersion}>
            {(liveVersion) => (
              <Switch
                fallback={
                  <PlainQuestion
                    pending={pending}
                    hasChanged={pending.experiment.revision !== props.experiment.revision}
                    liveVersion={liveVersion()}
                    onConfirm={(act, reason) => {
                      close();
                      const { experiment } = pending;
                      if (act === "delete") remove.mutate(experiment);
                      else if (act === "start")
                        start.mutate({
                          experiment,
                          reason,
                          // The dialog has said so.
                          acceptControlNotLive: !isControlLive(experiment, liveVersion()),
                        });
                      else transitions[act].mutate({ experiment, reason });
                    }}
                    onClose={close}
                  />
                }
              >
                <Match when={pending.act === "promote"}>
                  <PromoteDialog
                    experiment={pending.experiment}
                    results={pending.results}
                    hasChanged={pending.experiment.revision !== props.experiment.revision}
                    liveVersion={liveVersion()}
                    onConfirm={(variant, reason, atOnce) => {
                      close();
                      const acceptLiveVersionChanged =
                        liveVersion() !== pending.experiment.liveVersionAtStart;
                      promote.mutate({
                        experiment: pending.experiment,
                        variant,
                        reason,
                        acceptLiveVersionChanged,
                        atOnce,
                      });
                    }}
                    onClose={close}
                  />
                </Match>
                <Match when={pending.act === "exclude"}>
                  <ExcludeDialog experiment={pending.experiment} onClose={close} />
                </Match>
                <Match when={pending.act === "coverage"}>
                  <CoverageDialog
                    experiment={pending.experiment}
                    liveVersion={liveVersion()}
                    onConfirm={(coverage) => {
                      close();
                      raiseCoverage.mutate({ experiment: pending.experiment, coverage });
                    }}
                    onClose={close}
                  />
                </Match>
              </Switch>
            )}
          </Show>
        )}
      </Show>
    </div>
  );
}

function PlainQuestion(props: {
  pending: PendingAction;
  hasChanged: boolean;
  liveVersion: number;
  onConfirm: (act: PlainAct, reason: string) => void;
  onClose: () => void;
}) {
  const { act, experiment } = props.pending;
  if (act === "promote" || act === "coverage" || act === "exclude") return null;
  return (
    <TransitionDialog
      act={act}
      experiment={experiment}
      hasChanged={props.hasChanged}
      liveVersion={props.liveVersion}
      onConfirm={(reason) => props.onConfirm(act, reason)}
      onClose={props.onClose}
    />
  );
}
