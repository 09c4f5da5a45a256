import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { NotableDecision } from "#contract/overview.ts";
import { routes } from "#dashboard/app/routes.ts";
import { useClock } from "#dashboard/data/clock.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import type { Tone } from "#dashboard/ui/badge.tsx";
import { Icon, type IconName } from "#dashboard/ui/icon.tsx";
import type { DecisionAction } from "#model/analysis/decision.ts";
import { formatAgo } from "#reporter/durations.ts";
import "./overview-page.css";
import "./decision-list.css";

const looks: Record<DecisionAction, { tone: Tone; icon: IconName; word: string }> = {
  continue: { tone: "neutral", icon: "play", word: "Continues" },
  hold: { tone: "caution", icon: "alert", word: "Put on hold" },
  promote: { tone: "better", icon: "trophy", word: "Promoted" },
  advance: { tone: "better", icon: "up", word: "Released to more units" },
  switch_off: { tone: "worse", icon: "undo", word: "Switched off a variant" },
  rollback: { tone: "worse", icon: "undo", word: "Rolled back" },
  stop: { tone: "neutral", icon: "square", word: "Stopped" },
};

/** What Bakeoff decided lately, the newest first. */
export function DecisionList(props: { decisions: readonly NotableDecision[] }) {
  const now = useClock();
  return (
    <section class="overview-section" aria-labelledby="decisions-title">
      <h2 id="decisions-title">Latest decisions</h2>
      <Show
        when={props.decisions.length > 0}
        fallback={
          <p class="muted">
            None yet. Promotions, rollbacks, stops and holds appear here with their reasons.
          </p>
        }
      >
        <ol class="decision-list">
          <For each={props.decisions}>
            {(decision) => (
              <li class="decision-item" data-tone={looks[decision.action].tone}>
                <Icon name={looks[decision.action].icon} />
                <div class="decision-words">
                  <p class="decision-line">
                    <strong>{looks[decision.action].word}</strong>
                    <time
                      class="number"
                      datetime={new Date(decision.takenAt).toISOString()}
                      title={formatDateTime(decision.takenAt)}
                    >
                      {formatAgo(decision.takenAt, now())}
                    </time>
                  </p>
                  <A href={routes.experiment.path(decision.experiment)} dir="auto">
                    {decision.name}
                  </A>
                  <p class="decision-reason">{decision.summary}</p>
                </div>
              </li>
            )}
          </For>
        </ol>
      </Show>
    </section>
  );
}
