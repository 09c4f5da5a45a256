import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { Release } from "#model/release/release.ts";
import { formatSeconds } from "#reporter/durations.ts";
import { formatPercent } from "#reporter/numbers.ts";
import "./release-panel.css";

type StageState = "passed" | "now" | "ended" | "planned";

const stateWords: Record<StageState, string> = {
  passed: "passed",
  now: "now",
  ended: "ended here",
  planned: "planned",
};

function stateOf({ stage }: Release, { endedAt, conclusion }: Experiment, index: number): StageState {
  if (index !== stage) return index < stage ? "passed" : "planned";
  if (endedAt === null) return "now";
  return conclusion?.action === "advance" || conclusion?.action === "promote" ? "passed" : "ended";
}

/** The stages of the release that an experiment is part of, with what comes before and after it. */
export function ReleasePanel(props: { experiment: Experiment }) {
  const successor = () => props.experiment.conclusion?.successor;
  return (
    <>
      <Show when={props.experiment.spec.release}>
        {(release) => (
          <Panel title={`Release, stage ${release().stage + 1} of ${release().stages.length}`}>
            <ol class="release-stages">
              <For each={release().stages}>
                {({ share, seconds }, index) => {
                  const state = () => stateOf(release(), props.experiment, index());
                  return (
                    <li
                      class="release-stage"
                      data-state={state()}
                      aria-current={state() === "now" ? "step" : undefined}
                    >
                      <span class="release-share number">{formatPercent(share)}</span>
                      <span>
                        for {formatSeconds(seconds)} or longer, {stateWords[state()]}
                      </span>
                    </li>
                  );
                }}
              </For>
              <li class="release-stage" data-state="planned">
                <span class="release-share number">100%</span>
                <span>live for everybody</span>
              </li>
            </ol>
            <p class="release-note">
              The rest stays on version {release().previousVersion}, which is live until the last stage has
              passed. Proven harm returns all units to it.
              <Show when={release().origin}>
                {(origin) => (
                  <>
                    {" "}
                    Follows the experiment <A href={routes.experiment.path(origin())}>{origin()}</A>.
                  </>
                )}
              </Show>
            </p>
          </Panel>
        )}
      </Show>
      <Show when={successor()}>
        {(next) => (
          <p class="release-note">
            Goes on in the release stage <A href={routes.experiment.path(next())}>{next()}</A>.
          </p>
        )}
      </Show>
    </>
  );
}
