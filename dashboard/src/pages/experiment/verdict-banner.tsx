import { Show } from "solid-js";
import type { DecisionAction, ExperimentResults } from "../../../../src/model/decision.ts";
import type { Tone } from "../../components/badge.tsx";
import { Icon, type IconName } from "../../components/icon.tsx";
import { formatDateTime } from "../../format/time.ts";
import { actionWords } from "../../format/words.ts";
import "./verdict-banner.css";

const looks: Record<DecisionAction, { tone: Tone; icon: IconName }> = {
  continue: { tone: "accent", icon: "clock" },
  hold: { tone: "caution", icon: "alert" },
  promote: { tone: "better", icon: "trophy" },
  rollback: { tone: "worse", icon: "undo" },
  stop: { tone: "neutral", icon: "square" },
};

function actorWords(actor: string): string {
  if (actor === "cron") return "by the scheduled analysis";
  if (actor === "guardrail") return "by the guardrail watch";
  return `by ${actor}`;
}

/** The whole result in one plain sentence. */
export function VerdictBanner(props: { results: ExperimentResults }) {
  const action = () => props.results.conclusion?.action ?? props.results.decision.action;
  return (
    <section class="verdict" data-tone={looks[action()].tone} aria-label="Verdict">
      <span class="verdict-icon">
        <Icon name={looks[action()].icon} />
        <span class="visually-hidden">{actionWords[action()]}</span>
      </span>
      <div class="verdict-text">
        <p class="verdict-summary">{props.results.summary}</p>
        <Show when={props.results.conclusion}>
          {(conclusion) => (
            <p class="verdict-conclusion">
              <strong>{conclusion().variant}</strong> is live since {formatDateTime(conclusion().at)}, decided{" "}
              {actorWords(conclusion().actor)}.
            </p>
          )}
        </Show>
      </div>
    </section>
  );
}
