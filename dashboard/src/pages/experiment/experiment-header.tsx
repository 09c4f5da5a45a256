import { A } from "@solidjs/router";
import { Show } from "solid-js";
import type { ExperimentResults } from "../../../../src/model/decision.ts";
import type { Experiment } from "../../../../src/model/experiment.ts";
import { StatusBadge } from "../../components/badge.tsx";
import { Icon } from "../../components/icon.tsx";
import { LiveStamp } from "../../components/live-stamp.tsx";
import { kindWords } from "../../format/words.ts";
import { routes } from "../../routes.ts";
import "./experiment-header.css";

/** What is being compared, where it stands, and how fresh the numbers are. */
export function ExperimentHeader(props: {
  experiment: Experiment;
  results: ExperimentResults | undefined;
  stalled: boolean;
}) {
  const spec = () => props.experiment.spec;
  return (
    <header class="experiment-header">
      <A class="experiment-back" href={routes.experiments.path()}>
        <Icon name="back" />
        Experiments
      </A>
      <div class="experiment-title">
        <h1>{spec().name}</h1>
        <StatusBadge status={props.experiment.status} />
      </div>
      <p class="experiment-meta">
        <code>{spec().key}</code>
        <span>
          {kindWords[spec().kind]} of <code>{spec().config}</code>
        </span>
        <Show when={props.results}>
          {(results) => (
            <LiveStamp takenAt={results().takenAt} live={results().live} stalled={props.stalled} />
          )}
        </Show>
      </p>
      <Show when={spec().hypothesis}>
        <p class="experiment-hypothesis">{spec().hypothesis}</p>
      </Show>
    </header>
  );
}
