import type { JSX } from "solid-js";
import { statusWords } from "#dashboard/format/words.ts";
import type { ExperimentStatus } from "#model/experiment/experiment.ts";
import { Icon, type IconName } from "./icon.tsx";
import "./badge.css";

export type Tone = "better" | "worse" | "caution" | "neutral" | "accent";

/** A word with a color and an icon; the word alone says it all. */
export function Badge(props: { tone: Tone; icon?: IconName; title?: string; children: JSX.Element }) {
  return (
    <span class="badge" data-tone={props.tone} title={props.title}>
      {props.icon && <Icon name={props.icon} />}
      {props.children}
    </span>
  );
}

const looks: Record<ExperimentStatus, { tone: Tone; icon: IconName }> = {
  draft: { tone: "neutral", icon: "pencil" },
  running: { tone: "accent", icon: "play" },
  paused: { tone: "caution", icon: "pause" },
  promoted: { tone: "better", icon: "trophy" },
  rolled_back: { tone: "worse", icon: "undo" },
  stopped: { tone: "neutral", icon: "square" },
};

/** Where an experiment stands in its life. */
export function StatusBadge(props: { status: ExperimentStatus }) {
  return (
    <Badge tone={looks[props.status].tone} icon={looks[props.status].icon}>
      {statusWords[props.status]}
    </Badge>
  );
}
