import { type JSX, Show } from "solid-js";
import type { AuditEntry } from "#contract/audit.ts";
import { actorWords } from "#dashboard/format/actor.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { Icon, type IconName } from "#dashboard/ui/icon.tsx";
import { actionLabels, reasonLabels } from "#reporter/decision-text.ts";
import { formatCount, plural } from "#reporter/numbers.ts";
import { EvidenceList } from "./evidence-list.tsx";
import { ReplayCheck } from "./replay-check.tsx";
import type { FoldedDecision } from "./timeline.ts";
import "./timeline-lines.css";

const actLooks: Record<string, { words: string; icon: IconName }> = {
  "experiment.create": { words: "Created", icon: "plus" },
  "experiment.edit": { words: "Edited", icon: "pencil" },
  "experiment.update": { words: "Changed while running", icon: "pencil" },
  "experiment.change": { words: "Traffic or rules changed", icon: "pencil" },
  "experiment.update_weights": { words: "Weights followed the evidence", icon: "pencil" },
  "experiment.start": { words: "Started", icon: "play" },
  "experiment.pause": { words: "Paused", icon: "pause" },
  "experiment.resume": { words: "Resumed", icon: "play" },
  "experiment.accept_data": { words: "Data accepted", icon: "check" },
  "experiment.exclude": { words: "Time range excluded", icon: "clock" },
  "experiment.add_metric": { words: "Metric added", icon: "plus" },
  "experiment.label": { words: "Owner, tags or notes changed", icon: "pencil" },
  "experiment.archive": { words: "Archived", icon: "square" },
  "experiment.unarchive": { words: "Brought back from the archive", icon: "undo" },
  "experiment.override": { words: "Unit forced or excluded", icon: "clock" },
  "experiment.remove_override": { words: "Unit left to the hash again", icon: "clock" },
  "experiment.switch_off": { words: "Variant switched off", icon: "undo" },
  "experiment.stop": { words: "Stopped", icon: "square" },
  "experiment.promote": { words: "Promoted", icon: "trophy" },
  "release.stage": { words: "Stage of a release started", icon: "play" },
  "release.advance": { words: "Next stage started", icon: "up" },
  "experiment.rollback": { words: "Rolled back", icon: "undo" },
};

const decisionIcons: Record<FoldedDecision["latest"]["decision"]["action"], IconName> = {
  continue: "clock",
  hold: "alert",
  promote: "trophy",
  advance: "up",
  switch_off: "undo",
  rollback: "undo",
  stop: "square",
};

function Line(props: {
  look: string;
  icon: IconName;
  title: JSX.Element;
  at: JSX.Element;
  children: JSX.Element;
}) {
  return (
    <li class="timeline-line" data-look={props.look}>
      <span class="timeline-icon">
        <Icon name={props.icon} />
      </span>
      <div class="timeline-body">
        <div class="timeline-head">
          <h3>{props.title}</h3>
          {props.at}
        </div>
        {props.children}
      </div>
    </li>
  );
}

function Moment(props: { at: number }) {
  return (
    <time class="number" datetime={new Date(props.at).toISOString()}>
      {formatDateTime(props.at)}
    </time>
  );
}

function detailWords(details: AuditEntry["details"]): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

/** What a person did, and why. */
export function ActLine(props: { entry: AuditEntry }) {
  const look = () =>
    actLooks[props.entry.action] ??
    ({ words: props.entry.action, icon: "pencil" } satisfies (typeof actLooks)[string]);
  return (
    <Line
      look="act"
      icon={look().icon}
      title={
        <>
          {look().words} by {actorWords(props.entry.actor)}
        </>
      }
      at={
        <span class="timeline-time">
          <Moment at={props.entry.at} />
        </span>
      }
    >
      <Show when={detailWords(props.entry.details)}>
        {(words) => <p class="timeline-summary">{words()}</p>}
      </Show>
      <Show when={props.entry.reason}>
        {(reason) => (
          <p class="timeline-summary" dir="auto">
            “{reason()}”
          </p>
        )}
      </Show>
    </Line>
  );
}

function looksWords({ cron, guardrail }: FoldedDecision["looks"]): string {
  const parts = [
    ...(cron > 0 ? [`${plural(formatCount(cron), "scheduled check")}`] : []),
    ...(guardrail > 0 ? [`${plural(formatCount(guardrail), "guardrail check")}`] : []),
  ];
  return parts.join(", ");
}

/** A decision, how often and since when it stood, and what every rule saw the last time. */
export function DecisionLine(props: { folded: FoldedDecision }) {
  const latest = () => props.folded.latest;
  const decision = () => latest().decision;
  return (
    <Line
      look={decision().action}
      icon={decisionIcons[decision().action]}
      title={
        <>
          {actionLabels[decision().action]}
          <Show when={decision().variant}>{(variant) => <> · {variant()}</>}</Show>
        </>
      }
      at={
        <span class="timeline-time">
          <Show when={props.folded.since !== latest().takenAt}>
            <Moment at={props.folded.since} /> to{" "}
          </Show>
          <Moment at={latest().takenAt} />
        </span>
      }
    >
      <p class="timeline-summary">{latest().summary}</p>
      <p class="timeline-note">
        {reasonLabels[decision().reason.code]} {looksWords(props.folded.looks)}.
      </p>
      <details class="timeline-evidence">
        <summary>Evidence of all {decision().evidence.length} checks</summary>
        <EvidenceList decision={decision()} />
      </details>
      <Show when={props.folded.recordedAt}>
        {(at) => <ReplayCheck experiment={latest().experiment} takenAt={at()} />}
      </Show>
    </Line>
  );
}
