import { Show } from "solid-js";
import type { Tone } from "#dashboard/ui/badge.tsx";
import { Icon, type IconName } from "#dashboard/ui/icon.tsx";
import type { Verdict } from "./verdict.ts";
import "./verdict-banner.css";

const looks: Record<Verdict["look"], { tone: Tone; icon: IconName }> = {
  draft: { tone: "neutral", icon: "pencil" },
  continue: { tone: "accent", icon: "clock" },
  paused: { tone: "caution", icon: "pause" },
  hold: { tone: "caution", icon: "alert" },
  promote: { tone: "better", icon: "trophy" },
  advance: { tone: "better", icon: "up" },
  switch_off: { tone: "worse", icon: "undo" },
  rollback: { tone: "worse", icon: "undo" },
  stop: { tone: "neutral", icon: "square" },
};

/** The whole result in one plain sentence. */
export function VerdictBanner(props: { verdict: Verdict }) {
  const look = () => looks[props.verdict.look];
  return (
    <section class="verdict" data-tone={look().tone} aria-label="Verdict">
      <span class="verdict-icon">
        <Icon name={look().icon} />
      </span>
      <div class="verdict-text">
        <p class="verdict-summary">{props.verdict.sentence}</p>
        <Show when={props.verdict.detail}>
          <p class="verdict-conclusion">{props.verdict.detail}</p>
        </Show>
      </div>
    </section>
  );
}
