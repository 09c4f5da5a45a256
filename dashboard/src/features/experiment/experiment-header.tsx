import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { actorWords } from "#dashboard/format/actor.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { kindWords } from "#dashboard/format/words.ts";
import { StatusBadge } from "#dashboard/ui/badge.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { LiveStamp } from "#dashboard/ui/live-stamp.tsx";
import type { ExperimentResults } from "#model/analysis/results.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import "#dashboard/styles/tag.css";
import "./experiment-header.css";

/** What is being compared, where it stands, who set it up, and how fresh the numbers are. */
export function ExperimentHeader(props: {
  experiment: Experiment;
  results: ExperimentResults | undefined;
  stalled: boolean;
  /** Who created and who started it, as far as the audit says. */
  createdBy: string | undefined;
  startedBy: string | undefined;
  /** Buttons. */
  children: JSX.Element;
}) {
  const spec = () => props.experiment.spec;
  const labels = () => props.experiment.labels;
  return (
    <header class="experiment-header">
      <A class="experiment-back" href={routes.experiments.path()}>
        <Icon name="back" />
        Experiments
      </A>
      <div class="experiment-top">
        <div class="experiment-title">
          <h1 dir="auto">{spec().name}</h1>
          <StatusBadge status={props.experiment.status} />
          <Show when={labels().archivedAt !== null}>
            <span class="tag">Archived</span>
          </Show>
        </div>
        <div class="experiment-buttons">{props.children}</div>
      </div>
      <p class="experiment-meta">
        <code>{spec().key}</code>
        <span>
          {kindWords[spec().kind]} of{" "}
          <A href={routes.config.path(spec().config)}>
            <code>{spec().config}</code>
          </A>
        </span>
        <Moment
          verb={props.experiment.startedAt === null ? "Created" : "Started"}
          at={props.experiment.startedAt ?? props.experiment.createdAt}
          actor={props.experiment.startedAt === null ? props.createdBy : props.startedBy}
        />
        <Show when={labels().owner}>{(owner) => <span dir="auto">Owner: {owner()}</span>}</Show>
        <Show when={labels().tags.length > 0}>
          <span class="tags">
            <For each={labels().tags}>{(tag) => <span class="tag">{tag}</span>}</For>
          </span>
        </Show>
        <Show when={props.results}>
          {(results) => (
            <LiveStamp takenAt={results().takenAt} live={results().live} stalled={props.stalled} />
          )}
        </Show>
      </p>
      <Show when={spec().hypothesis}>
        <p class="experiment-hypothesis" dir="auto">
          {spec().hypothesis}
        </p>
      </Show>
    </header>
  );
}

function Moment(props: { verb: string; at: number; actor: string | undefined }) {
  return (
    <span>
      {props.verb}{" "}
      <time class="number" datetime={new Date(props.at).toISOString()}>
        {formatDateTime(props.at)}
      </time>
      <Show when={props.actor}>{(actor) => <> by {actorWords(actor())}</>}</Show>
    </span>
  );
}
