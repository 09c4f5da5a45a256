import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { Attention } from "#contract/overview.ts";
import { routes } from "#dashboard/app/routes.ts";
import { useClock } from "#dashboard/data/clock.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { Icon, type IconName } from "#dashboard/ui/icon.tsx";
import { formatAgo } from "#reporter/durations.ts";
import "./overview-page.css";
import "./attention-list.css";

interface Problem {
  title: string;
  icon: IconName;
  /** What a person can do that no schedule can. */
  advice: string;
}

const problems: Record<Attention["kind"], Problem> = {
  on_hold: {
    title: "On hold",
    icon: "alert",
    advice:
      "Open the experiment and fix the cause. Then accept the data, promote manually, or start a new experiment.",
  },
  waiting: {
    title: "Waiting",
    icon: "clock",
    advice:
      "Open the experiment to see what it is waiting for. You can promote the winner manually or end the experiment.",
  },
  silent: {
    title: "No events",
    icon: "silence",
    advice: "Check that your app still sends outcome events, with this experiment's key.",
  },
  unvouched: {
    title: "Mostly unvouched",
    icon: "key",
    advice:
      "“Who may decide” in docs/clients.md explains how pages get tokens. If your app did not send these events, quarantine the key.",
  },
  not_analyzed: {
    title: "Not analyzed",
    icon: "clock",
    advice: "Check the Worker's cron trigger and its logs. Nothing is decided until it runs.",
  },
  paused: { title: "Paused", icon: "pause", advice: "Resume or stop the experiment." },
};

/** What needs a person, why, and what to do about it. */
export function AttentionList(props: { items: readonly Attention[] }) {
  const now = useClock();
  return (
    <section aria-labelledby="attention-title" class="overview-section">
      <h2 id="attention-title">Needs attention</h2>
      <Show
        when={props.items.length > 0}
        fallback={
          <p class="attention-none">
            <Icon name="check" />
            All clear. Running experiments are analyzed automatically.
          </p>
        }
      >
        <ul class="attention-list">
          <For each={props.items}>
            {(item) => (
              <li class="attention">
                <Icon name={problems[item.kind].icon} />
                <div class="attention-words">
                  <h3>
                    {problems[item.kind].title}:{" "}
                    <A href={routes.experiment.path(item.experiment)} dir="auto">
                      {item.name}
                    </A>
                  </h3>
                  <p>{item.message}</p>
                  <p class="attention-advice">{problems[item.kind].advice}</p>
                </div>
                <time
                  class="attention-since number"
                  datetime={new Date(item.since).toISOString()}
                  title={`Since ${formatDateTime(item.since)}`}
                >
                  {formatAgo(item.since, now())}
                </time>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}
