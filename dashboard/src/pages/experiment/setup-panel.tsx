import { Index, Show } from "solid-js";
import type { AiConfig } from "../../../../src/model/ai-config.ts";
import type { ExperimentSpec } from "../../../../src/model/experiment.ts";
import { Badge } from "../../components/badge.tsx";
import { Panel } from "../../components/panel.tsx";
import { formatPercent } from "../../format/number.ts";
import "./setup-panel.css";
import "../../components/small-table.css";

/** Which versions are compared, at which share of the traffic. */
export function SetupPanel(props: { spec: ExperimentSpec; config: AiConfig | undefined }) {
  return (
    <Panel title="Variants">
      <ul class="setup">
        <Index each={props.spec.variants}>
          {(variant) => (
            <li>
              <div class="setup-variant">
                <span class="setup-name">{variant().key}</span>
                <Show when={variant().key === props.spec.control}>
                  <Badge tone="neutral">Control</Badge>
                </Show>
                <Show when={variant().version === props.config?.liveVersion}>
                  <Badge
                    tone="accent"
                    title="This version is what the AI config answers outside the experiment."
                  >
                    Live
                  </Badge>
                </Show>
              </div>
              <Show when={variant().name}>
                <span class="setup-detail">{variant().name}</span>
              </Show>
              <span class="setup-detail number">
                Version {variant().version}, {formatPercent(variant().weight)} of units
              </span>
            </li>
          )}
        </Index>
      </ul>
      <p class="small-note">
        <Show when={props.spec.coverage < 1} fallback="All traffic takes part">
          {formatPercent(props.spec.coverage)} of traffic takes part
        </Show>
        <Show when={props.spec.condition}>, if the targeting condition matches</Show>
        <Show when={props.config}>
          {(config) => (
            <>
              {" · "}
              {config().name}, live version {config().liveVersion}
            </>
          )}
        </Show>
      </p>
    </Panel>
  );
}
