import { For, Show } from "solid-js";
import type { LatestSummary } from "#contract/lists.ts";
import { Badge, type Tone } from "#dashboard/ui/badge.tsx";
import type { IconName } from "#dashboard/ui/icon.tsx";

type Verdict = keyof LatestSummary["guardrails"];

const lights: readonly { verdict: Verdict; tone: Tone; icon: IconName }[] = [
  { verdict: "harmed", tone: "worse", icon: "alert" },
  { verdict: "unclear", tone: "neutral", icon: "question" },
  { verdict: "safe", tone: "better", icon: "shield" },
];

/** How many guardrails, over all treatments, are safe, still unclear or harmed. */
export function GuardrailLights(props: { verdicts: LatestSummary["guardrails"] }) {
  const visibleLights = () => lights.filter(({ verdict }) => props.verdicts[verdict] > 0);
  return (
    <Show when={visibleLights().length > 0} fallback={<span class="muted">No guardrails</span>}>
      <span class="cluster">
        <For each={visibleLights()}>
          {({ verdict, tone, icon }) => (
            <Badge tone={tone} icon={icon}>
              {props.verdicts[verdict]} {verdict}
            </Badge>
          )}
        </For>
      </span>
    </Show>
  );
}
