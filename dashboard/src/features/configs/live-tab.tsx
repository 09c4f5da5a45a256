import { A } from "@solidjs/router";
import { createMemo, For, Show } from "solid-js";
import type { ExperimentSummary } from "#contract/lists.ts";
import { routes } from "#dashboard/app/routes.ts";
import { kindWords } from "#dashboard/format/words.ts";
import { StatusBadge } from "#dashboard/ui/badge.tsx";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import type { AiConfig, AiConfigVersion } from "#model/config/ai-config.ts";
import { experimentStatusSchema } from "#model/experiment/experiment.ts";
import { ActorName } from "../audit/actor-name.tsx";
import { ConfigValueView } from "./config-value-view.tsx";
import "./config-page.css";
import "./live-tab.css";

const order = ["running", "paused", "draft"];

/** What runs comes first, then drafts, then what has ended, the newest first. */
function byUrgency(a: ExperimentSummary, b: ExperimentSummary): number {
  const rank = ({ status }: ExperimentSummary) =>
    order.includes(status) ? order.indexOf(status) : experimentStatusSchema.options.length;
  return rank(a) - rank(b) || b.createdAt - a.createdAt;
}

/** What apps get now, and the experiments that change it. */
export function LiveTab(props: {
  config: AiConfig;
  versions: readonly AiConfigVersion[];
  experiments: readonly ExperimentSummary[];
}) {
  const live = () => props.versions.find(({ version }) => version === props.config.liveVersion);
  return (
    <div class="config-columns">
      <Panel
        title={`Version ${props.config.liveVersion} is live`}
        aside={
          <Show when={live()}>
            {(version) => (
              <span class="muted config-by">
                <DateTime at={version().createdAt} /> by <ActorName actor={version().createdBy} />
              </span>
            )}
          </Show>
        }
      >
        <Show when={live()}>
          {(version) => (
            <div class="stack">
              <Show when={version().note}>
                <p class="config-note" dir="auto">
                  {version().note}
                </p>
              </Show>
              <ConfigValueView value={version().value} />
            </div>
          )}
        </Show>
      </Panel>
      <WhereUsed experiments={props.experiments} versions={props.versions.length} />
    </div>
  );
}

function WhereUsed(props: { experiments: readonly ExperimentSummary[]; versions: number }) {
  const sorted = createMemo(() => props.experiments.toSorted(byUrgency));
  return (
    <Panel title="Experiments">
      <Show
        when={sorted().length > 0}
        fallback={
          <p class="muted">
            {props.versions > 1
              ? "None yet. Compare versions in an experiment before you change the live one."
              : "None yet. Create a second version, then compare both in an experiment."}
          </p>
        }
      >
        <ul class="config-uses">
          <For each={sorted()}>
            {(experiment) => (
              <li>
                <div class="config-use-name">
                  <A href={routes.experiment.path(experiment.key)}>
                    <bdi>{experiment.name}</bdi>
                  </A>
                  <span class="muted">
                    {kindWords[experiment.kind]}, versions{" "}
                    {experiment.variants.map(({ version }) => version).join(", ")}
                  </span>
                </div>
                <StatusBadge status={experiment.status} />
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Panel>
  );
}
