import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { Attention } from "#contract/overview.ts";
import { routes } from "#dashboard/app/routes.ts";
import { useClock } from "#dashboard/data/clock.ts";
import { formatAgo, formatDateTime } from "#dashboard/format/time.ts";
import { Icon, type IconName } from "#dashboard/ui/icon.tsx";
import "./attention-list.css";

interface Trouble {
  title: string;
  icon: IconName;
  /** What a person can do that no schedule can. */
  advice: string;
}

const troubles: Record<Attention["kind"], Trouble> = {
  on_hold: {
    title: "On hold",
    icon: "alert",
    advice: "Open it and fix the cause. Then accept the data, promote by hand, or start a new experiment.",
  },
  waiting: {
    title: "Waiting",
    icon: "clock",
    advice:
      "Open it and look at what it waits for. You can promote the winner by hand, or end the experiment.",
  },
  silent: {
    title: "Silent",
    icon: "silence",
    advice: "Check that your app still sends outcome events, with this experiment's key.",
  },
  unvouched: {
    title: "Mostly unvouched",
    icon: "key",
    advice:
      "“Who may decide” in docs/clients.md says how pages get tokens. If your app has not sent these, quarantine the key.",
  },
  not_analyzed: {
    title: "Not analyzed",
    icon: "clock",
    advice: "Check the Worker's cron trigger and its log; until it runs, nothing is decided.",
  },
  paused: { title: "Paused", icon: "pause", advice: "Resume it, or stop it for good." },
};

/** What needs a person, why, and what to do about it. */
export function AttentionList(props: { items: readonly Attention[] }) {
  const now = useClock();
  return (
    <section aria-labelledby="attention-title" class="overview-section">
      <h2 id="attention-title">Needs you</h2>
      <Show
        when={props.items.length > 0}
        fallback={
          <p class="attention-none">
            <Icon name="check" />
            Nothing needs you. What runs is analyzed and decided by itself.
          </p>
        }
      >
        <ul class="attention-list">
          <For each={props.items}>
            {(item) => (
              <li class="attention">
                <Icon name={troubles[item.kind].icon} />
                <div class="attention-words">
                  <h3>
                    {troubles[item.kind].title}:{" "}
                    <A href={routes.experiment.path(item.experiment)} dir="auto">
                      {item.name}
                    </A>
                  </h3>
                  <p>{item.message}</p>
                  <p class="attention-advice">{troubles[item.kind].advice}</p>
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
